const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47]);

/** Width and height of a picture, or nothing where it is none that Telegram takes as a photo. */
export function imageSize(bytes: Uint8Array): { width: number; height: number } | undefined {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (data.length >= 24 && data.subarray(0, 4).equals(PNG)) {
    return { width: data.readUInt32BE(16), height: data.readUInt32BE(20) };
  }
  if (data[0] === 0xff && data[1] === 0xd8) return jpegSize(data);
  const known = ["GIF8", "RIFF", "BM"].some((sign) => data.toString("latin1").startsWith(sign));
  return known ? { width: 1280, height: 720 } : undefined;
}

/** A JPEG says its size in its frame header, behind segments of any length. */
function jpegSize(data: Buffer): { width: number; height: number } | undefined {
  for (let at = 2; at + 9 <= data.length && data[at] === 0xff;) {
    const marker = data[at + 1] ?? 0;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { height: data.readUInt16BE(at + 5), width: data.readUInt16BE(at + 7) };
    at += 2 + data.readUInt16BE(at + 2);
  }
  return undefined;
}
