import type { CalendarEvent } from "../services/luma/index.ts";

const zone = "America/Mexico_City";

/**
 * The calendar that the sandbox begins with: the next three weeks of a community in Mexico City.
 */
export function seededCalendar(now: number): CalendarEvent[] {
  const at = (days: number, hourUtc: number, hours: number) => {
    const day = new Date(now + days * 86_400_000).toISOString().slice(0, 10);
    const start = Date.parse(`${day}T00:00:00Z`) + hourUtc * 3_600_000;
    return {
      start: new Date(start).toISOString(),
      end: new Date(start + hours * 3_600_000).toISOString(),
      timezone: zone,
    };
  };
  const casa = { name: "Casa Naranja", address: "Colima 220, Roma Norte", city: "Mexico City" };
  return [
    {
      slug: "sunrise-hike",
      title: "Sunrise hike to the crater",
      ...at(2, 13, 5),
      location: { name: "Parque Ajusco", city: "Mexico City", lat: 19.21, lng: -99.26 },
      hosts: ["Leo Park"],
      description: "We meet at the lower gate. Bring water, a warm layer and one story to tell.",
      going: 18,
      capacity: 30,
    },
    {
      slug: "vibe-coding-night",
      title: "Vibe coding night",
      ...at(4, 24, 3),
      location: casa,
      hosts: ["Mia Fischer", "Ana Torres"],
      description: "Three hours, one idea, something that runs at the end. Pizza at nine.",
      going: 41,
    },
    {
      slug: "ask-a-founder",
      title: "Ask a founder: first customers",
      ...at(5, 17, 1),
      online: true,
    },
    {
      slug: "zk-study-group",
      title: "Study group: zero-knowledge proofs",
      ...at(7, 25, 2),
      location: casa,
      hosts: ["Mia Fischer"],
    },
    {
      slug: "demo-day",
      title: "Demo day",
      ...at(11, 24, 4),
      location: casa,
      going: 87,
      capacity: 120,
    },
    { slug: "portfolio-clinic", title: "Portfolio clinic", ...at(13, 18, 2), online: true },
    {
      slug: "mercado-walk",
      title: "Mercado walk & lunch",
      ...at(15, 18, 3),
      location: { name: "Mercado de Coyoacán", city: "Mexico City" },
    },
  ];
}
