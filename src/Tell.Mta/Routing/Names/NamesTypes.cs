using System.Buffers;
using System.Globalization;
using System.Text;
using Tell.Mail;
using Tell.Mta.Configuration;
using Types = Tell.Mta.Configuration.SettingTypes;

namespace Tell.Mta.Routing.Names;

/// <summary>The kinds of values that fields of people, groups and domains have. Each is written again as it is kept.</summary>
internal static class NamesTypes
{
    // RFC 5321 4.5.3.1.1: a local part; of the names of our own users we make file names.
    private const int LongestUser = 64;

    // Names that mean two people must not look alike: nothing that reorders the text around it, and nothing that is not seen but what joins letters.
    private static readonly SearchValues<char> Joiners = SearchValues.Create("\u200c\u200d");

    /// <summary>A name for people: not empty, one line, without control characters and others that are not seen.</summary>
    public static SettingType<string> Title { get; } = Of("name", "a name of one line without control characters", text =>
        text.Trim() is { Length: > 0 } name && IsSeen(name) ? name : null);

    /// <summary>An Internet address.</summary>
    public static SettingType<string> Address { get; } = Of("address", "an Internet address", text => Mailbox.TryParse(text.Trim(), out var mailbox) && IsSeen(mailbox.LocalPart) ? mailbox.ToString() : null);

    /// <summary>An Internet address, or the name of whom the address book has.</summary>
    public static SettingType<string> AddressOrName { get; } = Of("address or name", "an Internet address or a name",
        text => text.Contains('@') ? Address.Read(text, out var address, out _) ? address : null : Title.Read(text, out var name, out _) ? name : null);

    /// <summary>A name by which mail reaches somebody at any local domain, and of which a mail file can be named; or an Internet address.</summary>
    public static SettingType<string> ShortName { get; } = new("name, or address", (string text, out string value, out string reason) =>
    {
        (value, reason) = (text.Trim(), "");
        if (value.Contains('@'))
            return Address.Read(value, out value, out reason);
        if (!IsLocalPart(value))
            reason = $"\"{Line.Clean(text)}\" cannot stand before an @";
        else if (value.Contains('/'))
            reason = $"\"{Line.Clean(text)}\" cannot name a mail file";
        else if (!IsShort(value))
            reason = $"a name of more than {LongestUser} octets cannot name a mail file";
        return reason.Length == 0;
    }, value => value);

    /// <summary>One more name: for any local domain, an Internet address, or "*@domain" for what nobody else there takes.</summary>
    public static SettingType<string> Alias { get; } = Of("name, address, or *@domain", "a name that can stand before an @, an address or *@domain", text =>
    {
        var alias = text.Trim();
        if (alias.StartsWith(AddressIndex.AnyLocalPart + "@", StringComparison.Ordinal))
            return Domain.TryParse(alias.AsSpan(2), out var rest) && !rest.IsLiteral ? $"{AddressIndex.AnyLocalPart}@{rest.Name}" : null;
        if (alias.Contains('@'))
            return Address.Read(alias, out var address, out _) ? address : null;
        return IsLocalPart(alias) && alias != AddressIndex.AnyLocalPart ? alias : null;
    });

    /// <summary>A language by its tag.</summary>
    public static SettingType<string> Language { get; } = Of("language", "a language tag such as en or pt-BR", text => LanguageTags.IsTag(text.Trim()) ? text.Trim() : null);

    /// <summary>A domain.</summary>
    public static SettingType<string> DomainName { get; } = Of("domain", "a domain", text => Domain.TryParse(text.Trim(), out var domain) && !domain.IsLiteral ? domain.Name : null);

    /// <summary>A domain, "*.domain" for all below it, or "*" for all.</summary>
    public static SettingType<string> Pattern { get; } = Of("domain, *.domain or *", "a domain, *.domain or *", text =>
    {
        var pattern = text.Trim();
        if (pattern is "*" or "*.*")
            return "*";
        var below = pattern.StartsWith("*.", StringComparison.Ordinal);
        return Domain.TryParse(below ? pattern.AsSpan(2) : pattern, out var domain) && !domain.IsLiteral ? below ? $"*.{domain.Name}" : domain.Name : null;
    });

    /// <summary>Where mail goes in place of a mail file.</summary>
    public static SettingType<string> Route { get; } = Of("lmtp:host:port, lmtp:/socket or maildir:/path", "a route such as lmtp:127.0.0.1:24, lmtp:/run/lmtp or maildir:/srv/mail/ada",
        text => MailRoute.TryParse(text, out var route) ? route.Text : null);

    /// <summary>A database under mail/, named without that.</summary>
    public static SettingType<string> MailFile { get; } = Of("name of a database under mail/", "the name of a database: letters, digits and . _ @ + -, not a dot first, at most 64", text =>
    {
        var file = text.Trim().ToLowerInvariant();
        file = file.StartsWith("mail/", StringComparison.Ordinal) ? file[5..] : file;
        return file.Length is > 0 and <= LongestUser && file[0] != '.' && file.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '@' or '+' or '-') ? file : null;
    });

    /// <summary>What stands for a blank in constructed addresses: a character that can.</summary>
    public static SettingType<string> Replacement { get; } = Of("one character", "one character that can stand in an address: a dot, or one of _ - + =",
        text => text is "." or "_" or "-" or "+" or "=" ? text : null);

    /// <summary>A password: not shown in a reason.</summary>
    public static SettingType<string> Password { get; } = new("text", (string text, out string value, out string reason) =>
    {
        (value, reason) = (text, "expected a text that is not empty and holds no control characters");
        return Operations.PasswordHash.Accepts(text);
    }, value => value);

    /// <summary>A size in octets, written as short as it can be.</summary>
    public static SettingType<long> Size { get; } = Types.Size with
    {
        Format = size =>
        {
            var unit = 0;
            for (; unit < 3 && size % 1024 == 0; unit++)
                size /= 1024;
            return size.ToString(CultureInfo.InvariantCulture) + new[] { "", "K", "M", "G" }[unit];
        },
    };

    /// <summary>The octets of a size that was read before.</summary>
    public static long Octets(string size) => Size.Read(size, out var octets, out _) ? octets : 0;

    /// <summary>True where a local part is short enough to name a mail file.</summary>
    public static bool IsShort(string localPart) => Encoding.UTF8.GetByteCount(localPart.ToLowerInvariant()) <= LongestUser;

    private static bool IsSeen(string text) => text.EnumerateRunes().All(rune =>
        !Rune.IsControl(rune) && (Rune.GetUnicodeCategory(rune) != UnicodeCategory.Format || (rune.IsBmp && Joiners.Contains((char)rune.Value))));

    // RFC 5321 4.1.2, in the form that is not quoted too: what is meant, not how it is written.
    private static bool IsLocalPart(string text) => Mailbox.TryParse($"{text}@x.test", out _) && IsSeen(text);

    private static SettingType<string> Of(string form, string what, Func<string, string?> read) => new(form, (string text, out string value, out string reason) =>
    {
        value = read(text) ?? text;
        reason = $"\"{Line.Clean(text)}\" is not {what}";
        return read(text) is not null;
    }, value => value);
}
