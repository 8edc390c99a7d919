using Tell.Tests.Simulation;

namespace Tell.Tests.Mta.Lives;

/// <summary>What happened in a life, in words and in order; and what may have doubled something: crashes, faults of the store, connections lost after the last octet.</summary>
internal sealed class LifeStory(ManualTime time)
{
    private readonly List<string> _lines = [];
    private readonly Dictionary<(string Message, string Recipient), int> _lost = [];
    private readonly Dictionary<string, int> _doubled = [];

    /// <summary>The lines.</summary>
    public string Text => string.Join('\n', _lines);

    /// <summary>How often programs ended.</summary>
    public int Crashes { get; private set; }

    /// <summary>How often a settlement was not stored.</summary>
    public int Unsettled { get; private set; }

    /// <summary>Tells something.</summary>
    public void Tell(string what) => _lines.Add($"{time.Elapsed:d\\.hh\\:mm\\:ss\\.fff} {what}");

    /// <summary>A program ended; the messages that it had to do with may be doubled by that.</summary>
    public void Crashed(string node, IEnumerable<string> messages)
    {
        Crashes++;
        Double(messages);
        Tell($"{node} is killed");
    }

    /// <summary>Settlements were not stored, of some of these messages.</summary>
    public void NotSettled(string node, IEnumerable<string> messages)
    {
        Unsettled++;
        Double(messages);
        Tell($"{node}: a settlement is not stored");
    }

    public void Lost(string message, string recipient)
    {
        _lost[(message, recipient)] = _lost.GetValueOrDefault((message, recipient)) + 1;
        Tell($"{message} for {recipient} is taken by its peer, and the reply is lost");
    }

    /// <summary>The copies of a message for somebody, beyond the first, that have an excuse.</summary>
    public int Excuses(string message, string recipient) => _doubled.GetValueOrDefault(message) + _lost.GetValueOrDefault((message, recipient));

    private void Double(IEnumerable<string> messages)
    {
        foreach (var message in messages)
            _doubled[message] = _doubled.GetValueOrDefault(message) + 1;
    }
}
