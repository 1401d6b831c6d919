import { crc32, deflateRawSync, inflateRawSync } from "node:zlib";

// As much of the ZIP format as an export needs: deflated or stored entries, no encryption, no
// ZIP64.

export type ZipEntry = { path: string; data: Buffer };

const signatures = { local: 0x04034b50, central: 0x02014b50, end: 0x06054b50 };
const sizes = { local: 30, central: 46, end: 22 };
const deflated = 8;
const utf8Names = 0x0800;
/** ZIP has no time zones; 1 January 1980, its first day, says that no time is meant. */
const noDate = 0x0021;

export function writeZip(entries: readonly ZipEntry[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { path, data } of entries) {
    const name = Buffer.from(path, "utf8");
    const packed = deflateRawSync(data);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(utf8Names, 2);
    common.writeUInt16LE(deflated, 4);
    common.writeUInt16LE(noDate, 8);
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(data.length, 18);
    common.writeUInt16LE(name.length, 22);
    const central = Buffer.alloc(sizes.central);
    central.writeUInt32LE(signatures.central, 0);
    central.writeUInt16LE(20, 4);
    common.copy(central, 6);
    central.writeUInt32LE(offset, 42);
    directory.push(central, name);
    parts.push(uint32(signatures.local), common, name, packed);
    offset += sizes.local + name.length + packed.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(sizes.end);
  end.writeUInt32LE(signatures.end, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, list, end]);
}

/** The files of an archive; @throws where it is no archive, and where a checksum is wrong */
export function readZip(archive: Buffer): ZipEntry[] {
  const end = archive.lastIndexOf(uint32(signatures.end));
  if (end < 0 || end + sizes.end > archive.length) throw new Error("Not a ZIP file");
  const entries: ZipEntry[] = [];
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left -= 1) {
    if (archive.readUInt32LE(at) !== signatures.central) throw new Error("Not a ZIP file");
    const [nameLength, extra, comment] = [28, 30, 32].map((field) =>
      archive.readUInt16LE(at + field),
    ) as [number, number, number];
    const path = archive.toString("utf8", at + sizes.central, at + sizes.central + nameLength);
    if (!path.endsWith("/")) entries.push({ path, data: content(archive, at, path) });
    at += sizes.central + nameLength + extra + comment;
  }
  return entries;
}

function content(archive: Buffer, central: number, path: string): Buffer {
  const method = archive.readUInt16LE(central + 10);
  const packedLength = archive.readUInt32LE(central + 20);
  const local = archive.readUInt32LE(central + 42);
  const start =
    local + sizes.local + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
  const packed = archive.subarray(start, start + packedLength);
  if (method !== 0 && method !== deflated) throw new Error(`${path}: unknown compression`);
  const data = method === deflated ? inflateRawSync(packed) : packed;
  if (crc32(data) !== archive.readUInt32LE(central + 16)) throw new Error(`${path} is damaged`);
  return data;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
