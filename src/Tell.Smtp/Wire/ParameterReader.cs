using System.Buffers;

namespace Tell.Smtp.Wire;

/// <summary>Reads the ESMTP parameters behind a path, one by one (RFC 5321 4.1.2: esmtp-param, with UTF-8 in values, RFC 6531 3.3).</summary>
internal ref struct ParameterReader(ReadOnlySpan<byte> text)
{
    private static readonly SearchValues<byte> Keyword =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"u8);

    private ReadOnlySpan<byte> _rest = text;

    /// <summary>True where reading stopped because of bad syntax.</summary>
    public bool IsMalformed { get; private set; }

    /// <summary>The next parameter; its value is empty where there is none. False at the end, or at a fault.</summary>
    public bool TryNext(out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        name = value = default;
        _rest = _rest.TrimStart((byte)' ');
        if (_rest.IsEmpty)
            return false;
        var end = _rest.IndexOf((byte)' ');
        var parameter = end < 0 ? _rest : _rest[..end];
        _rest = _rest[parameter.Length..];
        var equals = parameter.IndexOf((byte)'=');
        name = equals < 0 ? parameter : parameter[..equals];
        value = equals < 0 ? default : parameter[(equals + 1)..];
        IsMalformed = name.IsEmpty || name[0] == '-' || name.ContainsAnyExcept(Keyword)
            || (equals >= 0 && (value.IsEmpty || value.ContainsAnyInRange((byte)0, (byte)0x20) || value.Contains((byte)'=') || value.Contains((byte)0x7f)));
        return !IsMalformed;
    }
}
