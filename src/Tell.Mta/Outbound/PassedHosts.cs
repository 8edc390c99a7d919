using System.Globalization;
using System.Text;
using Tell.Documents;

namespace Tell.Mta.Outbound;

/// <summary>
/// The hosts that were tried in vain before the one that an attempt names, and what each said, for the history of the document: at most
/// five hosts, 120 characters of each; the rest is counted.
/// </summary>
internal sealed class PassedHosts
{
    private const int Most = 5, Longest = 120;

    private readonly StringBuilder _text = new();
    private int _count;

    /// <summary>A host that could not be used.</summary>
    public void Add(Attempt failure)
    {
        if (_count++ >= Most)
            return;
        var said = failure.Text.Length > Longest ? $"{failure.Text[..Longest]}..." : failure.Text;
        _text.Append(CultureInfo.InvariantCulture, $"{(_count > 1 ? "; " : "")}{failure.Host} ({failure.Address}): {failure.Phase}: {said}");
    }

    /// <summary>A settlement whose attempt tells of them too.</summary>
    public Settlement AddTo(Settlement settlement) => _count == 0 || settlement.Attempt is not { } attempt
        ? settlement
        : settlement with { Attempt = attempt with { Text = $"{attempt.Text}; before it {this}".TrimStart(';', ' ') } };

    /// <inheritdoc/>
    public override string ToString() => _count > Most ? string.Create(CultureInfo.InvariantCulture, $"{_text}; and {_count - Most} more") : _text.ToString();
}
