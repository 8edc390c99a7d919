using System.Globalization;
using System.Text;
using System.Text.Json;
using Tell.Mail;

namespace Tell.Mta.Pickup;

/// <summary>What a file has in place of JSON, for the person who wrote it: the line, what stands there, and what should.</summary>
internal static class JsonFault
{
    /// <summary>The sentence for a fault that the parser met behind a token of that kind; one line, in linear time.</summary>
    public static string Say(ReadOnlySpan<byte> octets, JsonTokenType last, int depth, JsonException fault)
    {
        if (octets.Trim(" \t\r\n"u8).IsEmpty)
            return PickupJson.Empty;
        var line = (int)(fault.LineNumber ?? 0);
        var at = OffsetOf(octets, line, fault.BytePositionInLine ?? 0);
        // What is open counts from the next token on.
        var open = depth + (last is JsonTokenType.StartArray or JsonTokenType.StartObject ? 1 : 0);
        var colon = fault.Message.Contains("Expected a ':'", StringComparison.Ordinal);
        return string.Create(CultureInfo.InvariantCulture, $"line {line + 1}: {Reason(octets, at, colon ? JsonTokenType.PropertyName : last, open)}");
    }

    private static string Reason(ReadOnlySpan<byte> octets, int at, JsonTokenType last, int depth)
    {
        // The parser stops before a word that it may not have read whole.
        var rest = octets[Math.Min(at, octets.Length)..].TrimEnd(" \t\r\n"u8);
        if (rest.IsEmpty || (rest.Length < 5 && ("true"u8.StartsWith(rest) || "false"u8.StartsWith(rest) || "null"u8.StartsWith(rest))))
            return "the file ends before the Memo does: write it under another name and rename it when it is whole";
        var found = Rune.DecodeFromUtf8(rest, out var rune, out _) == System.Buffers.OperationStatus.Done ? rune : Rune.ReplacementChar;
        var sign = string.Create(CultureInfo.InvariantCulture, $"the sign U+{found.Value:X4}");
        if (depth >= PickupJson.Deepest && rest[0] is (byte)'[' or (byte)'{')
            return "lists and objects stand in one another too deep for a Memo";
        if (found.Value is '\n' or '\r')
            return "a line end stands within a text: write it as \\n, or end the text with a double quotation mark";
        var shown = Rune.IsControl(found) ? sign : $"\"{Line.Clean(found.ToString())}\"";
        if (at > 0 && octets[at - 1] == '\\')
            return $"\"\\{(Rune.IsControl(found) ? sign : Line.Clean(found.ToString()).Text)}\" means nothing within a text: a backslash is written \\\\";
        if (Rune.IsControl(found) && last != JsonTokenType.None)
            return string.Create(CultureInfo.InvariantCulture, $"{sign} stands within a text: write it as \\u{found.Value:X4}");
        return last is JsonTokenType.EndObject or JsonTokenType.EndArray && depth == 0
            ? "something follows the Memo: one file, one Memo"
            : $"not JSON from {shown} on: {Expected(rest[0], last)}";
    }

    private static string Expected(byte found, JsonTokenType last) => last switch
    {
        JsonTokenType.None => "a Memo begins with \"{\"",
        JsonTokenType.StartObject => "the name of a field stands in double quotation marks",
        JsonTokenType.PropertyName when found is (byte)'"' => "a colon stands between the name of a field and its value",
        JsonTokenType.PropertyName => "a text stands in double quotation marks",
        _ => found switch
        {
            (byte)'}' => "a list ends with \"]\"",
            (byte)']' => "an object ends with \"}\"",
            (byte)'"' or (byte)'{' or (byte)'[' => "a comma stands between two fields or values",
            _ => "a comma, or the end of the list or object, and the names of fields in double quotation marks",
        },
    };

    // The parser counts lines and octets from zero.
    private static int OffsetOf(ReadOnlySpan<byte> octets, int line, long column)
    {
        var at = 0;
        for (; line > 0 && octets[at..].IndexOf((byte)'\n') is >= 0 and var end; line--)
            at += end + 1;
        return (int)Math.Min(octets.Length, at + column);
    }
}
