namespace Tell.Hosting;

/// <summary>Lines on a terminal: what is longer than it is wide goes on below, as far from the left as it began. Programs that read along get whole lines.</summary>
internal static class Screen
{
    // Narrower than this it is better to leave the breaking to the terminal.
    private const int Narrowest = 40;

    /// <summary>The columns of the terminal; null where it is none, or cannot be asked.</summary>
    public static int? Width(bool isRedirected)
    {
        try
        {
            return isRedirected || Console.WindowWidth < Narrowest ? null : Console.WindowWidth;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>A line in pieces that fit, broken at blanks; a word that is too long stays whole, so that it can be copied.</summary>
    public static IEnumerable<string> Fold(string line, int? width)
    {
        if (width is not { } columns || line.Length <= columns)
        {
            yield return line;
            yield break;
        }
        var margin = line.Length - line.TrimStart(' ').Length;
        var (rest, room) = (line[margin..], columns - margin);
        while (room > 0 && rest.Length > room)
        {
            var end = rest.LastIndexOf(' ', room);
            if (end <= 0)
                end = rest.IndexOf(' ', StringComparison.Ordinal);
            if (end <= 0)
                break;
            yield return new string(' ', margin) + rest[..end].TrimEnd(' ');
            rest = rest[end..].TrimStart(' ');
        }
        yield return new string(' ', margin) + rest;
    }
}
