using Tell.Documents;
using Tell.Mta;
using Tell.Tests.Simulation;

namespace Tell.Tests.Mta.Lives;

/// <summary>What was seen in the queues of each node: which document is of which message, what came in for whom, and when something of a message was there last.</summary>
internal sealed class LifeSightings(ManualTime time)
{
    // Who hears nothing for so long has heard before what there was to hear.
    private static readonly TimeSpan Lately = TimeSpan.FromMinutes(1);

    private readonly Dictionary<Unid, string> _tokens = [];
    private readonly Dictionary<(int Node, string Token), DateTimeOffset> _last = [];
    private readonly HashSet<(int Node, Unid Id)> _read = [];
    private readonly HashSet<(int Node, string Token, string Recipient)> _received = [];
    private readonly HashSet<(string Token, string Recipient, bool IsKept)> _failed = [];

    /// <summary>The document was there after a change.</summary>
    public void See(int at, Node node, Document document)
    {
        if (document[ItemNames.Subject]?.Text is ['m', .., 'x'] subject)
            _tokens[document.Id] = subject;
        else if (document.Content is not null && _read.Add((at, document.Id)))
            Read(at, node, document);
        if (TokenOf(document.Id) is not { } token)
            return;
        _last[(at, token)] = time.GetUtcNow();
        if (document is { State: DocumentState.Failure, Due: null })
            _failed.UnionWith(LifeWay.Of(document).Select(way => (token, way.Address, way.IsKept)));
    }

    /// <summary>The message that a document is of; null where that was not to be seen.</summary>
    public string? TokenOf(Unid id) => _tokens.GetValueOrDefault(id);

    /// <summary>The message that a document with that id, as text, is of.</summary>
    public string? TokenOf(string id) => _tokens.FirstOrDefault(token => token.Key.ToString() == id).Value;

    /// <summary>True where a node took the message, and no report on it, for that recipient.</summary>
    public bool Received(int at, string token, string recipient) => _received.Contains((at, token, recipient));

    /// <summary>True where what failed for somebody who sends mail on was the part that it keeps, and nothing else: whom it sends to has another.</summary>
    public bool OnlyKeptFailed(string token, string recipient) => _failed.Contains((token, recipient, true)) && !_failed.Contains((token, recipient, false));

    /// <summary>The messages that a node has to do with now, or had lately.</summary>
    public IReadOnlyCollection<string> Touched(int at, Node node) =>
    [
        .. node.View(new QueueView { Limit = 10_000 }).Select(document => TokenOf(document.Id)).OfType<string>()
            .Concat(_last.Where(last => last.Key.Node == at && time.GetUtcNow() - last.Value < Lately).Select(last => last.Key.Token))
            .Distinct(),
    ];

    private void Read(int at, Node node, Document document)
    {
        var read = node.ReadAsync(document);
        var text = read.IsCompleted ? read.Result : throw new InvalidOperationException("The memory engine did not complete at once.");
        if (LifeReport.Of(text) is not null || LifeMail.TokenOf(text) is not { Length: > 0 } token)
            return;
        _tokens[document.Id] = token;
        // Only what comes in stands there as it came.
        foreach (var recipient in document.Queue == WorkQueue.Inbound ? document.Envelope!.Recipients : [])
            _received.Add((at, token, recipient.Address.ToString()));
    }
}
