import type { ClerkChange, ClerkEmail, ClerkUser } from "./types.ts";

/** A webhook's body as Clerk sends it. Of a deleted user there is only the id. */
export function userEvent(
  what: ClerkChange,
  user: ClerkUser,
  instanceId: string,
  now: number,
): { type: string } {
  return {
    data: what === "deleted" ? { deleted: true, id: user.id, object: "user" } : wireUser(user),
    event_attributes: { http_request: { client_ip: "127.0.0.1", user_agent: "sandbox" } },
    instance_id: instanceId,
    object: "event",
    timestamp: now,
    type: `user.${what}`,
  } as { type: string };
}

function wireUser(user: ClerkUser): object {
  return {
    id: user.id,
    object: "user",
    username: user.username,
    first_name: user.firstName,
    last_name: user.lastName,
    image_url: user.imageUrl,
    has_image: false,
    primary_email_address_id: user.emails[0]?.id ?? null,
    primary_phone_number_id: null,
    primary_web3_wallet_id: null,
    email_addresses: user.emails.map(wireEmail),
    phone_numbers: [],
    web3_wallets: [],
    external_accounts: [],
    external_id: null,
    password_enabled: false,
    two_factor_enabled: false,
    public_metadata: {},
    private_metadata: {},
    unsafe_metadata: {},
    banned: false,
    locked: false,
    last_sign_in_at: null,
    created_at: user.createdAt,
    updated_at: user.updatedAt,
  };
}

function wireEmail({ id, address, verified }: ClerkEmail): object {
  return {
    id,
    object: "email_address",
    email_address: address,
    verification: { status: verified ? "verified" : "unverified", strategy: "email_code" },
    linked_to: [],
  };
}
