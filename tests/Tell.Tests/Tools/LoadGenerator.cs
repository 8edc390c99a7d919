using System.Collections.Concurrent;
using System.Text;

namespace Tell.Tests.Tools;

/// <summary>
/// Clients that send without pause, come back when the server has died, and remember every message whose data got 250.
/// Each message has its own Message-ID, so two copies of one id at the sink are a duplicate. Where the clients repeat, a message without a reply
/// is sent again, the same octets from the same client, until it has one, and now and then a client hangs up before it has heard the reply.
/// </summary>
public sealed class LoadGenerator : IAsyncDisposable
{
    private const string Line = "Sphinx of black quartz, judge my vow.\r\n";
    private const int HangUpEvery = 97;
    private static readonly byte[] Filler = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(Line, 6_000)));
    private readonly int _port;
    private readonly int _largeEvery;
    private readonly bool _repeats;
    private readonly ConcurrentDictionary<string, string> _acknowledged = new();
    private readonly CancellationTokenSource _life = new();
    private readonly List<Task> _clients;
    private int _sequence;
    private int _inData;
    private int _refused;
    private int _repeated;

    /// <summary>
    /// Starts that many clients; one message in <paramref name="largeEvery"/> has 200 KB, the others 0.3 to 4 KB. Where it
    /// <paramref name="repeats"/>, a message whose reply was not heard is sent again; else it is forgotten.
    /// </summary>
    public LoadGenerator(int port, int clients, int largeEvery, bool repeats = false)
    {
        (_port, _largeEvery, _repeats) = (port, largeEvery, repeats);
        _clients = [.. Enumerable.Range(0, clients).Select(SendAsync)];
    }

    /// <summary>The Message-IDs that got 250, each with the digest of its message: the server has taken responsibility for them.</summary>
    public IReadOnlyDictionary<string, string> Acknowledged => _acknowledged;

    /// <summary>How many messages are between DATA and the reply to their end at this moment.</summary>
    public int InData => Volatile.Read(ref _inData);

    /// <summary>How many were refused with 4yz or 5yz.</summary>
    public int Refused => Volatile.Read(ref _refused);

    /// <summary>How often a message was sent whole a second time, because its reply was not heard.</summary>
    public int Repeated => Volatile.Read(ref _repeated);

    /// <summary>Ends all clients, in the middle of a message if need be.</summary>
    public async Task StopAsync()
    {
        await _life.CancelAsync();
        await Task.WhenAll(_clients);
    }

    /// <summary>Stops.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _life.Dispose();
    }

    private async Task SendAsync(int client)
    {
        await Task.Yield();
        var random = new Random(client);
        LoadMessage? unheard = null;
        while (!_life.IsCancellationRequested)
        {
            try
            {
                await using var caller = await SmtpCaller.ConnectAsync(_port, _life.Token);
                while (true)
                {
                    var message = unheard ?? Next(random);
                    unheard = _repeats ? message : null;
                    await SendOneAsync(caller, message);
                    unheard = null;
                }
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                // The server died, the client hung up, or we stop.
            }
            await PauseAsync();
        }
    }

    private LoadMessage Next(Random random)
    {
        var sequence = Interlocked.Increment(ref _sequence);
        var id = $"<load.{sequence}@near.example.test>";
        var lines = sequence % _largeEvery == 0 ? 5_000 : random.Next(8, 100);
        var header = $"From: load@near.example.test\r\nTo: sink@far.example.test\r\nSubject: {sequence}\r\nMessage-ID: {id}\r\n\r\n";
        return new LoadMessage(id, [.. Encoding.ASCII.GetBytes(header), .. Filler.AsSpan(0, lines * Line.Length)], HangsUp: _repeats && sequence % HangUpEvery == 0);
    }

    private async Task SendOneAsync(SmtpCaller caller, LoadMessage message)
    {
        if (message.Ended)
        {
            Interlocked.Increment(ref _repeated);
        }
        var hangsUp = message.HangsUp && !message.Ended;
        var reply = await caller.SendAsync("load@near.example.test", ["sink@far.example.test"], message.Content, _life.Token,
            moment => Interlocked.Add(ref _inData, moment), ended: () => message.Ended = true, hangsUp);
        if (reply.IsPositive)
        {
            _acknowledged[message.Id] = ReceivedMail.DigestOf(message.Content);
        }
        else
        {
            Interlocked.Increment(ref _refused);
            await PauseAsync();
        }
    }

    private async Task PauseAsync()
    {
        try
        {
            await Patience.PauseAsync(TimeSpan.FromMilliseconds(10), _life.Token);
        }
        catch (OperationCanceledException)
        {
            // We stop.
        }
    }

    private sealed record LoadMessage(string Id, byte[] Content, bool HangsUp)
    {
        // Its final dot was sent: the server may have it.
        public bool Ended { get; set; }
    }
}
