using System.Text;

namespace Tell.Documents;

/// <summary>The rule for names of databases, the same in every engine: parts between slashes, letter case without meaning.</summary>
internal static class DatabaseName
{
    private const string Plain = "abcdefghijklmnopqrstuvwxyz0123456789._@+-";

    /// <summary>The name in lower case.</summary>
    /// <exception cref="ArgumentException">A part is empty or longer than a file name can be, or the name is that of the queues.</exception>
    public static string Normalise(string name)
    {
        var title = name.ToLowerInvariant();
        if (title == "queues")
            throw new ArgumentException("The name \"queues\" is that of the work queues.", nameof(name));
        foreach (var part in title.Split('/'))
        {
            if (part.Length == 0 || Escape(part).Length > 240)
                throw new ArgumentException($"\"{Mail.Line.Clean(name)}\" cannot name a database: each part has 1 to 240 characters.", nameof(name));
        }
        return title;
    }

    /// <summary>The relative path, without extension, of a normalised name: whatever is not [a-z0-9._@+-], and a first dot, as %XX.</summary>
    public static string ToPath(string title) => Path.Combine([.. title.Split('/').Select(Escape)]);

    /// <summary>The name that <see cref="ToPath"/> made a path of.</summary>
    public static string FromPath(string path) => string.Join('/', path.Split(Path.DirectorySeparatorChar).Select(Uri.UnescapeDataString));

    private static string Escape(string part)
    {
        var kept = new StringBuilder(part.Length);
        foreach (var octet in Encoding.UTF8.GetBytes(part))
        {
            if (Plain.Contains((char)octet) && !(octet == '.' && kept.Length == 0))
                kept.Append((char)octet);
            else
                kept.Append('%').Append(octet.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
        }
        return kept.ToString();
    }
}
