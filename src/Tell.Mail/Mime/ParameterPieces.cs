using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Tell.Mail;

/// <summary>
/// Parameters put together from their pieces (RFC 2231 3, 4): in any order, of pieces and parameters that come twice the first, what is extended
/// before what is plain. Where a piece is missing the others are joined.
/// </summary>
internal sealed class ParameterPieces
{
    private const int Plain = -2, Extended = -1;

    private readonly List<Piece> _pieces = [];

    /// <summary>Adds a parameter as it stands in the field, its name in lower case.</summary>
    public void Add(string name, string value) => _pieces.Add(PieceOf(name, value));

    /// <summary>The parameters, in the order of their first pieces.</summary>
    public ImmutableArray<(string Name, string Value)> ToParameters()
    {
        var parameters = ImmutableArray.CreateBuilder<(string Name, string Value)>(_pieces.Count);
        for (var i = 0; i < _pieces.Count; i++)
        {
            var name = _pieces[i].Name;
            if (_pieces.FindIndex(piece => piece.Name == name) == i)
                parameters.Add((name, Line.Clean(ValueOf(name)).Text));
        }
        return parameters.DrainToImmutable();
    }

    // "name", "name*", "name*1", "name*1*".
    private static Piece PieceOf(string name, string value)
    {
        var star = name.IndexOf('*', StringComparison.Ordinal);
        if (star <= 0)
            return new Piece(name, Plain, false, value);
        var number = name.AsSpan(star + 1);
        if (number.IsEmpty)
            return new Piece(name[..star], Extended, true, value);
        var encoded = number[^1] == '*';
        return int.TryParse(encoded ? number[..^1] : number, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed)
            ? new Piece(name[..star], parsed, encoded, value)
            : new Piece(name, Plain, false, value);
    }

    private string ValueOf(string name)
    {
        Piece? plain = null, extended = null;
        List<Piece>? numbered = null;
        foreach (var piece in _pieces)
        {
            if (piece.Name != name)
                continue;
            if (piece.Number == Plain)
                plain ??= piece;
            else if (piece.Number == Extended)
                extended ??= piece;
            else
                (numbered ??= []).Add(piece);
        }
        if (extended is { } single)
            return Join([single]);
        if (numbered is not null)
            return Join([.. numbered.OrderBy(piece => piece.Number).DistinctBy(piece => piece.Number)]);
        // RFC 2047 5 (3) forbids encoded words here, and many programs write them.
        var value = plain!.Value.Value;
        return name is "name" or "filename" && value.Contains("=?", StringComparison.Ordinal) ? EncodedWord.Decode(value).Text : value;
    }

    private static string Join(List<Piece> pieces)
    {
        var text = new StringBuilder();
        var octets = new ArrayBufferWriter<byte>();
        string? charset = null;
        for (var i = 0; i < pieces.Count; i++)
        {
            var value = pieces[i].Value.AsSpan();
            if (!pieces[i].IsEncoded)
            {
                Flush(text, octets, charset);
                text.Append(value);
                continue;
            }
            // RFC 2231 4: charset'language' stands before the first piece only.
            if (i == 0 && value.IndexOf('\'') is >= 0 and var first && value[(first + 1)..].IndexOf('\'') is >= 0 and var second)
            {
                charset = value[..first].ToString();
                value = value[(first + 1 + second + 1)..];
            }
            Percent(value, octets);
        }
        Flush(text, octets, charset);
        return text.ToString();
    }

    // A "%" that is not followed by two digits stays.
    private static void Percent(ReadOnlySpan<char> value, ArrayBufferWriter<byte> octets)
    {
        while (value.IndexOf('%') is >= 0 and var percent)
        {
            octets.Utf8(value[..percent]);
            value = value[percent..];
            if (value.Length >= 3 && byte.TryParse(value.Slice(1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var octet))
            {
                octets.Octet(octet);
                value = value[3..];
                continue;
            }
            octets.Octet((byte)'%');
            value = value[1..];
        }
        octets.Utf8(value);
    }

    // Characters may be split over pieces: octets of neighbours are read together.
    private static void Flush(StringBuilder text, ArrayBufferWriter<byte> octets, string? charset)
    {
        if (octets.WrittenCount == 0)
            return;
        text.Append(charset is { Length: > 0 } && Charset.Find(charset) is { } encoding ? encoding.GetString(octets.WrittenSpan) : Line.Decode(octets.WrittenSpan));
        octets.ResetWrittenCount();
    }

    private readonly record struct Piece(string Name, int Number, bool IsEncoded, string Value);
}
