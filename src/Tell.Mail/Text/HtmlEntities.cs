using System.Net;

namespace Tell.Mail;

/// <summary>Entities of HTML.</summary>
internal static class HtmlEntities
{
    /// <summary>The text with its entities read; numbers 128 to 159 are those of windows-1252, as browsers have it.</summary>
    public static string Read(ReadOnlySpan<char> text)
    {
        var plain = text.ToString();
        if (!text.Contains('&'))
            return plain;
        plain = WebUtility.HtmlDecode(plain);
        if (!plain.AsSpan().ContainsAnyInRange('\x80', '\x9f'))
            return plain;
        return string.Create(plain.Length, plain, static (kept, from) =>
        {
            for (var i = 0; i < kept.Length; i++)
                kept[i] = from[i] is >= '\x80' and <= '\x9f' ? CharsetTable.Windows1252.Encoding.GetString([(byte)from[i]])[0] : from[i];
        });
    }
}
