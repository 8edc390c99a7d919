namespace Tell.Mta.Configuration;

/// <summary>Finds what somebody may have meant.</summary>
public static class Spelling
{
    /// <summary>
    /// The candidates nearest to a word, nearest first, at most <paramref name="most"/>: the best and those that are almost as near; none
    /// where all are too far off to be a slip.
    /// </summary>
    public static IReadOnlyList<string> Nearest(string word, IEnumerable<string> candidates, int most = 3)
    {
        var limit = Math.Max(2, word.Length / 3);
        var near = candidates
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .Select(candidate => (candidate, distance: Begins(word, candidate) ? 1 : Distance(word.ToUpperInvariant(), candidate.ToUpperInvariant())))
            .Where(pair => pair.distance <= limit)
            .OrderBy(pair => pair.distance)
            .ThenBy(pair => pair.candidate, StringComparer.OrdinalIgnoreCase)
            .ToList();
        return [.. near.Where(pair => pair.distance <= near[0].distance + 1).Take(most).Select(pair => pair.candidate)];
    }

    // Whoever writes the first letters of a long word made no slip at all.
    private static bool Begins(string word, string candidate) => word.Length >= 3 && candidate.StartsWith(word, StringComparison.OrdinalIgnoreCase);

    /// <summary>How many insertions, deletions, replacements and swaps of neighbours lead from one text to the other (optimal string alignment).</summary>
    internal static int Distance(string from, string to)
    {
        if (Math.Max(from.Length, to.Length) > 200)
            return int.MaxValue;
        var (older, old, row) = (new int[to.Length + 1], new int[to.Length + 1], new int[to.Length + 1]);
        for (var j = 0; j <= to.Length; j++)
            row[j] = j;
        for (var i = 1; i <= from.Length; i++)
        {
            (older, old, row) = (old, row, older);
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                row[j] = Math.Min(Math.Min(old[j], row[j - 1]) + 1, old[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                    row[j] = Math.Min(row[j], older[j - 2] + 1);
            }
        }
        return row[to.Length];
    }
}
