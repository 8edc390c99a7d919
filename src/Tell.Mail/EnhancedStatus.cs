using System.Globalization;

namespace Tell.Mail;

/// <summary>
/// An enhanced mail system status code, class.subject.detail (RFC 3463): class 2 success, 4 persistent transient failure,
/// 5 permanent failure; subject and detail 0 to 999. The default value is "no status".
/// </summary>
public readonly record struct EnhancedStatus
{
    private readonly short _class, _subject, _detail;

    /// <summary>The status.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The class is not 2, 4 or 5, or a part is not 0 to 999.</exception>
    public EnhancedStatus(int @class, int subject, int detail)
    {
        if (@class is not (2 or 4 or 5))
            throw new ArgumentOutOfRangeException(nameof(@class), @class, "The class is 2, 4 or 5.");
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)subject, 999u, nameof(subject));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)detail, 999u, nameof(detail));
        (_class, _subject, _detail) = ((short)@class, (short)subject, (short)detail);
    }

    /// <summary>2, 4 or 5; 0 where there is no status.</summary>
    public int Class => _class;

    /// <summary>What the status is about (RFC 3463 3).</summary>
    public int Subject => _subject;

    /// <summary>The detail within the subject.</summary>
    public int Detail => _detail;

    /// <summary>True where there is no status.</summary>
    public bool IsNone => _class == 0;

    /// <summary>True where it tells what it is about, and not the class alone: 4.2.0, but not 4.0.0.</summary>
    public bool SaysWhy => _subject != 0;

    /// <summary>Reads "5.1.1" at the start of a text; the status ends at a space or at the text's end.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out EnhancedStatus status)
    {
        status = default;
        var end = text.IndexOf(' ');
        if (end >= 0)
            text = text[..end];
        if (text.Length is < 5 or > 9 || text[0] is not ('2' or '4' or '5') || text[1] != '.')
            return false;
        var rest = text[2..];
        var dot = rest.IndexOf('.');
        if (dot < 1 || !TryPart(rest[..dot], out var subject) || !TryPart(rest[(dot + 1)..], out var detail))
            return false;
        status = new EnhancedStatus(text[0] - '0', subject, detail);
        return true;
    }

    /// <summary>"5.1.1"; the empty string where there is no status.</summary>
    public override string ToString() =>
        IsNone ? "" : string.Create(CultureInfo.InvariantCulture, $"{_class}.{_subject}.{_detail}");

    private static bool TryPart(ReadOnlySpan<char> digits, out int value)
    {
        value = 0;
        return digits.Length is >= 1 and <= 3
            && !digits.ContainsAnyExceptInRange('0', '9')
            && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }
}
