using System.Buffers.Binary;
using System.Text;

namespace Tell.Tests.Mail;

/// <summary>TNEF streams for tests, after MS-OXTNEF 2.1.3.</summary>
internal sealed class TnefWriter
{
    private readonly List<byte> _octets = [.. UInt32(0x223e9f78), 1, 0];

    public byte[] Octets => [.. _octets];

    public TnefWriter Attribute(byte level, uint id, params byte[] data)
    {
        var sum = 0;
        foreach (var octet in data)
            sum += octet;
        _octets.AddRange([level, .. UInt32(id), .. UInt32((uint)data.Length), .. data, (byte)sum, (byte)(sum >> 8)]);
        return this;
    }

    public TnefWriter CodePage(uint page) => Attribute(1, 0x00089006, 0, 0, 1, 0).Attribute(1, 0x00069007, [.. UInt32(page), .. UInt32(0)]);

    public TnefWriter Message(params byte[][] properties) => Attribute(1, 0x00069003, Properties(properties));

    public TnefWriter File(byte[] data, string title, params byte[][] properties)
    {
        Attribute(2, 0x00069002, new byte[14]).Attribute(2, 0x00018010, [.. Encoding.Latin1.GetBytes(title), 0]).Attribute(2, 0x0006800f, data);
        return Attribute(2, 0x00069005, Properties(properties));
    }

    public TnefWriter Embedded(byte[] stream, string name) =>
        Attribute(2, 0x00069002, new byte[14])
            .Attribute(2, 0x00069005, Properties(Wide(0x3001, name), Property(0x000d, 0x3701, 1, [.. Guid.Parse("00020307-0000-0000-c000-000000000046").ToByteArray(), .. stream])));

    public static byte[] Properties(params byte[][] properties) => [.. UInt32((uint)properties.Length), .. properties.SelectMany(property => property)];

    public static byte[] Wide(ushort id, string text) => Property(0x001f, id, 1, Encoding.Unicode.GetBytes(text + "\0"));

    public static byte[] Narrow(ushort id, byte[] text) => Property(0x001e, id, 1, [.. text, 0]);

    public static byte[] Binary(ushort id, byte[] value) => Property(0x0102, id, 1, value);

    public static byte[] Number(ushort id, uint value) => [3, 0, .. UInt16(id), .. UInt32(value)];

    /// <summary>A named property (id from 0x8000): by number where the name is null.</summary>
    public static byte[] Named(ushort id, string? name, uint value)
    {
        byte[] text = name is null ? [] : Encoding.Unicode.GetBytes(name + "\0");
        byte[] kind = name is null ? [.. UInt32(0), .. UInt32(0x8501)] : [.. UInt32(1), .. UInt32((uint)text.Length), .. Padded(text)];
        return [3, 0, .. UInt16(id), .. Guid.Parse("00062008-0000-0000-c000-000000000046").ToByteArray(), .. kind, .. UInt32(value)];
    }

    public static byte[] Many(ushort type, ushort id, params byte[][] values) =>
        [.. UInt16((ushort)(type | 0x1000)), .. UInt16(id), .. UInt32((uint)values.Length), .. values.SelectMany(value => type is 0x1e or 0x1f or 0x102 ? [.. UInt32((uint)value.Length), .. Padded(value)] : Padded(value))];

    public static byte[] Property(ushort type, ushort id, uint count, byte[] value) =>
        [.. UInt16(type), .. UInt16(id), .. UInt32(count), .. UInt32((uint)value.Length), .. Padded(value)];

    /// <summary>RTF with an LZFu header, all of it literals.</summary>
    public static byte[] Literals(byte[] rtf, Func<byte[], uint> crc)
    {
        List<byte> contents = [];
        for (var i = 0; i < rtf.Length; i += 8)
            contents.AddRange([0, .. rtf.Skip(i).Take(8)]);
        byte[] all = [.. contents];
        return [.. UInt32((uint)all.Length + 12), .. UInt32((uint)rtf.Length), .. "LZFu"u8, .. UInt32(crc(all)), .. all];
    }

    public static byte[] UInt32(uint value)
    {
        var octets = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(octets, value);
        return octets;
    }

    private static byte[] UInt16(ushort value) => [(byte)value, (byte)(value >> 8)];

    private static byte[] Padded(byte[] value) => [.. value, .. new byte[(4 - value.Length % 4) % 4]];
}
