using System.Text;

namespace Tell.Commands;

/// <summary>Splits a typed line into words: blanks separate, double or single quotes keep together.</summary>
public static class WordSplitter
{
    /// <summary>The words; a quote that is never closed reaches to the end of the line.</summary>
    public static IReadOnlyList<string> Split(string line)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var (begun, quote) = (false, '\0');
        foreach (var c in line)
        {
            if (quote != '\0' && c == quote)
                quote = '\0';
            else if (quote == '\0' && c is '"' or '\'' && (!begun || c == '"'))
                (quote, begun) = (c, true);
            else if (quote == '\0' && char.IsWhiteSpace(c))
            {
                if (begun)
                    words.Add(word.ToString());
                word.Clear();
                begun = false;
            }
            else
            {
                word.Append(c);
                begun = true;
            }
        }
        if (begun)
            words.Add(word.ToString());
        return words;
    }
}
