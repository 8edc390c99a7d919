using System.Globalization;

namespace Tell.Mail;

/// <summary>The date and time of a header (RFC 5322 3.3), with the obsolete forms of 4.3 when reading.</summary>
public static class InternetDate
{
    /// <summary>The length of a written date.</summary>
    public const int Length = 31;

    private const int LongestText = 256;

    private const string Days = "SunMonTueWedThuFriSat", Months = "JanFebMarAprMayJunJulAugSepOctNovDec";

    /// <summary>"Sun, 22 Nov 2026 04:19:00 +0000", in the offset of the time.</summary>
    public static string Format(DateTimeOffset time) => string.Create(Length, time, static (text, time) => Write(time, text));

    /// <summary>Writes the 31 octets of <see cref="Format"/> to the start of a span.</summary>
    /// <exception cref="IndexOutOfRangeException">The span is shorter.</exception>
    public static void Format(DateTimeOffset time, Span<byte> utf8)
    {
        Span<char> text = stackalloc char[Length];
        Write(time, text);
        for (var i = 0; i < Length; i++)
            utf8[i] = (byte)text[i];
    }

    /// <summary>
    /// Reads a date. Tolerant: the day of the week may be missing or wrong, comments are skipped, seconds may be missing, years may have
    /// two or three digits, zones may be names or missing (unknown ones count as UTC), second 60 counts as 59. Never throws.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, out DateTimeOffset time)
    {
        time = default;
        var rest = text.Length <= LongestText ? text : [];
        if (Number(ref rest, 2, out var day) == 0)
        {
            Letters(ref rest);
            Sign(ref rest, ',');
            if (Number(ref rest, 2, out day) == 0)
                return false;
        }
        Sign(ref rest, '-');
        var month = MonthOf(Letters(ref rest));
        Sign(ref rest, '-');
        var digits = Number(ref rest, 4, out var year);
        if (month == 0 || digits < 2 || Number(ref rest, 2, out var hour) == 0 || !Sign(ref rest, ':') || Number(ref rest, 2, out var minute) == 0)
            return false;
        var second = 0;
        if (Sign(ref rest, ':') && Number(ref rest, 2, out second) == 0)
            return false;
        // RFC 5322 4.3: two digits below 50 are of this century; two or three digits else count from 1900.
        year += digits == 4 ? 0 : digits == 2 && year < 50 ? 2000 : 1900;
        if (year is < 1 or > 9999 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 60)
            return false;
        var local = new DateTime(year, month, day, hour, minute, Math.Min(second, 59), DateTimeKind.Unspecified);
        return TryZone(local, rest, out time);
    }

    private static void Write(DateTimeOffset time, Span<char> text)
    {
        Days.AsSpan((int)time.DayOfWeek * 3, 3).CopyTo(text);
        ", ".CopyTo(text[3..]);
        Digits(text[5..7], time.Day);
        text[7] = ' ';
        Months.AsSpan((time.Month - 1) * 3, 3).CopyTo(text[8..]);
        text[11] = ' ';
        Digits(text[12..16], time.Year);
        text[16] = ' ';
        Digits(text[17..19], time.Hour);
        text[19] = ':';
        Digits(text[20..22], time.Minute);
        text[22] = ':';
        Digits(text[23..25], time.Second);
        text[25] = ' ';
        var offset = time.TotalOffsetMinutes;
        text[26] = offset < 0 ? '-' : '+';
        offset = Math.Abs(offset);
        Digits(text[27..31], offset / 60 * 100 + offset % 60);
    }

    private static void Digits(Span<char> text, int value)
    {
        for (var i = text.Length - 1; i >= 0; i--, value /= 10)
            text[i] = (char)('0' + value % 10);
    }

    // White space and comments (RFC 5322 3.2.2), nested ones too; one pass, since a text is at most 256 characters.
    private static void Skip(ref ReadOnlySpan<char> rest)
    {
        var depth = 0;
        var i = 0;
        for (; i < rest.Length; i++)
        {
            var c = rest[i];
            if (c == '(')
                depth++;
            else if (c == ')' && depth > 0)
                depth--;
            else if (c == '\\' && depth > 0)
                i++;
            else if (depth == 0 && c is not (' ' or '\t' or '\r' or '\n'))
                break;
        }
        rest = rest[Math.Min(i, rest.Length)..];
    }

    private static int Number(ref ReadOnlySpan<char> rest, int maxDigits, out int value)
    {
        Skip(ref rest);
        var length = rest.IndexOfAnyExceptInRange('0', '9');
        length = length < 0 ? rest.Length : length;
        if (length == 0 || length > maxDigits)
        {
            value = 0;
            return 0;
        }
        value = int.Parse(rest[..length], NumberStyles.None, CultureInfo.InvariantCulture);
        rest = rest[length..];
        return length;
    }

    private static ReadOnlySpan<char> Letters(ref ReadOnlySpan<char> rest)
    {
        Skip(ref rest);
        var length = 0;
        while (length < rest.Length && char.IsAsciiLetter(rest[length]))
            length++;
        var letters = rest[..length];
        rest = rest[length..];
        return letters;
    }

    private static bool Sign(ref ReadOnlySpan<char> rest, char sign)
    {
        Skip(ref rest);
        if (rest.IsEmpty || rest[0] != sign)
            return false;
        rest = rest[1..];
        return true;
    }

    private static int MonthOf(ReadOnlySpan<char> name)
    {
        for (var month = 1; month <= 12 && name.Length >= 3; month++)
        {
            if (name[..3].Equals(Months.AsSpan((month - 1) * 3, 3), StringComparison.OrdinalIgnoreCase))
                return month;
        }
        return 0;
    }

    private static bool TryZone(DateTime local, ReadOnlySpan<char> rest, out DateTimeOffset time)
    {
        var minutes = 0;
        var negative = Sign(ref rest, '-');
        if (negative || Sign(ref rest, '+'))
        {
            var digits = Number(ref rest, 4, out var zone);
            if (digits == 2 && Sign(ref rest, ':') && Number(ref rest, 2, out var after) == 2)
                zone = zone * 100 + after;
            else if (digits != 4)
                zone = 0;
            minutes = (zone / 100 * 60 + zone % 100) * (negative ? -1 : 1);
        }
        else
        {
            minutes = 60 * ZoneHours(Letters(ref rest));
        }
        time = default;
        var utc = local.Ticks - minutes * TimeSpan.TicksPerMinute;
        if (utc < DateTime.MinValue.Ticks || utc > DateTime.MaxValue.Ticks)
            return false;
        time = Math.Abs(minutes) <= 14 * 60
            ? new DateTimeOffset(local, TimeSpan.FromMinutes(minutes))
            : new DateTimeOffset(utc, TimeSpan.Zero);
        return true;
    }

    // RFC 5322 4.3: the military letters were used with either sign and mean nothing, as does any other name.
    private static int ZoneHours(ReadOnlySpan<char> name)
    {
        if (name.Length != 3 || name[2] is not ('T' or 't') || name[1] is not ('S' or 's' or 'D' or 'd'))
            return 0;
        var standard = char.ToUpperInvariant(name[0]) switch { 'E' => -5, 'C' => -6, 'M' => -7, 'P' => -8, _ => 0 };
        return standard == 0 ? 0 : standard + (name[1] is 'D' or 'd' ? 1 : 0);
    }
}
