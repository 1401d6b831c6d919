import type { ConvexHttpClient } from "convex/browser";
import { api } from "../../../convex/_generated/api.js";

// The charities of the sandbox, all of them made up: three cities with three each, and one that
// waits.

type SeedCharity = {
  name: string;
  city: string;
  state: string;
  category: string;
  description: string;
  website?: string;
  latitude: number;
  longitude: number;
  /** Urgency 0 to 100, and gaps in cents. */
  needs: { category: string; urgencyScore: number; fundingGap: number }[];
};

const charities: SeedCharity[] = [
  {
    name: "Mesa Larga",
    city: "Mexico City",
    state: "CDMX",
    category: "food",
    description: "Cooks three hundred warm meals a day and sets one long table for whoever comes.",
    website: "https://mesalarga.example.org",
    latitude: 19.4203,
    longitude: -99.1276,
    needs: [
      { category: "food", urgencyScore: 90, fundingGap: 240_000 },
      { category: "kitchen", urgencyScore: 35, fundingGap: 80_000 },
    ],
  },
  {
    name: "Techo Norte",
    city: "Mexico City",
    state: "CDMX",
    category: "housing",
    description: "Finds rooms for families who lost theirs, and pays the first month with them.",
    latitude: 19.4869,
    longitude: -99.1332,
    needs: [{ category: "housing", urgencyScore: 70, fundingGap: 500_000 }],
  },
  {
    name: "Patio de Libros",
    city: "Mexico City",
    state: "CDMX",
    category: "education",
    description: "Reads with children in six courtyards of the south, every afternoon.",
    website: "https://patiodelibros.example.org",
    latitude: 19.3467,
    longitude: -99.1617,
    needs: [{ category: "education", urgencyScore: 40, fundingGap: 60_000 }],
  },
  {
    name: "Agua Clara",
    city: "Guadalajara",
    state: "Jalisco",
    category: "water",
    description: "Puts filters into schools whose water nobody should drink.",
    latitude: 20.6736,
    longitude: -103.344,
    needs: [{ category: "water", urgencyScore: 85, fundingGap: 180_000 }],
  },
  {
    name: "Manos del Barrio",
    city: "Guadalajara",
    state: "Jalisco",
    category: "health",
    description: "Nurses who visit people that cannot leave their homes.",
    website: "https://manosdelbarrio.example.org",
    latitude: 20.6597,
    longitude: -103.3496,
    needs: [{ category: "health", urgencyScore: 60, fundingGap: 320_000 }],
  },
  {
    name: "Patitas a Casa",
    city: "Guadalajara",
    state: "Jalisco",
    category: "animals",
    description: "Heals street dogs and finds them a family.",
    latitude: 20.7214,
    longitude: -103.3918,
    needs: [{ category: "animals", urgencyScore: 25, fundingGap: 45_000 }],
  },
  {
    name: "Casa Frailejón",
    city: "Bogotá",
    state: "Cundinamarca",
    category: "housing",
    description: "A house with forty beds for young people who have nowhere to sleep.",
    website: "https://casafrailejon.example.org",
    latitude: 4.6097,
    longitude: -74.0817,
    needs: [{ category: "housing", urgencyScore: 80, fundingGap: 410_000 }],
  },
  {
    name: "Olla de Todos",
    city: "Bogotá",
    state: "Cundinamarca",
    category: "food",
    description: "Neighbours who cook together on Sundays, with what markets did not sell.",
    latitude: 4.5709,
    longitude: -74.0973,
    needs: [{ category: "food", urgencyScore: 75, fundingGap: 95_000 }],
  },
  {
    name: "Ruta Verde",
    city: "Bogotá",
    state: "Cundinamarca",
    category: "environment",
    description: "Plants trees along the streams of the eastern hills, and looks after them.",
    latitude: 4.6486,
    longitude: -74.0536,
    needs: [{ category: "environment", urgencyScore: 30, fundingGap: 70_000 }],
  },
];

/** Waits for an admin. */
const waitingCharity = {
  name: "Hilo Rojo",
  city: "Mexico City",
  state: "CDMX",
  category: "work",
  description: "Teaches sewing, and lends the machine until the first dress is sold.",
};

/** Where people of the sandbox live, so that what they give has a city. */
export const homes = { ana: "Mexico City", leo: "Guadalajara" } as const;

/** The charities of the sandbox with what they need, added and approved by an admin. */
export async function seedCharities(admin: ConvexHttpClient): Promise<void> {
  // In their order, which is the order of lists; what follows can be all at once.
  const following: Promise<unknown>[] = [];
  const skipQueue = { skipQueue: true };
  for (const { needs, ...form } of charities) {
    const { charity } = await admin.mutation(api.charities.createCharity, form, skipQueue);
    const { _id: charityId } = charity;
    for (const need of needs)
      following.push(admin.mutation(api.needs.createNeed, { charityId, ...need }, skipQueue));
    following.push(admin.mutation(api.charities.approveCharity, { charityId }, skipQueue));
  }
  following.push(admin.mutation(api.charities.createCharity, waitingCharity, skipQueue));
  await Promise.all(following);
}
