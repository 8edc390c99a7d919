using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Tell.Benchmarks.Sessions;
using Tell.Documents;
using Tell.Documents.Sqlite;
using Tell.Mail;
using Tell.Mta;
using Tell.Mta.Configuration;
using Tell.Mta.Routing;
using Tell.Mta.Controller;
using Tell.Mta.Files;
using Tell.Mta.Logging;
using Tell.Mta.Schedules;
using Tell.Mta.Web;
using Tell.Smtp.Network;
using Tell.Smtp.Tls;

namespace Tell.Benchmarks.Outbound;

/// <summary>
/// What a destination that is down with many waiting documents costs the mail of others: children a second from SMTPOBWQ in the SQLite
/// engine to a sink on the loopback, without and with it; interleaved rounds, each on a store of its own. Usage:
/// <c>down-destination [messages] [waiting] [rounds]</c>.
/// </summary>
public static class DownDestination
{
    private static readonly Domain Up = Domain.Parse("up.test"), Down = Domain.Parse("down.test");

    /// <summary>Runs it and prints each round, the two medians and their ratio.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var (messages, waiting, rounds) = (Number(args, 0, 20_000), Number(args, 1, 100_000), Number(args, 2, 5));
        List<double> without = [], with = [];
        await RoundAsync(messages / 4, 0);
        for (var round = 1; round <= rounds; round++)
        {
            without.Add(await RoundAsync(messages, 0));
            with.Add(await RoundAsync(messages, waiting));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"round {round}: {without[^1]:F0} messages/s alone, {with[^1]:F0} beside {waiting} waiting documents"));
        }
        var (alone, beside) = (Middle(without), Middle(with));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"median: {alone:F0} messages/s alone, {beside:F0} beside {waiting} waiting documents, ratio {beside / alone:F2}"));
        return 0;
    }

    private static async Task<double> RoundAsync(int messages, int waiting)
    {
        var folder = Path.Combine(Environment.CurrentDirectory, "artifacts", "down-destination");
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        var network = new SocketNetwork(TimeProvider.System, NullLogger.Instance);
        await using var sink = await NullSink.StartAsync(network);
        await using var data = await SqliteDataDirectory.OpenAsync(folder, TimeProvider.System, new Random(1), NullLogger.Instance, CancellationToken.None);
        await FillAsync(data.Queues, Down, waiting);
        await using var mta = Mta(folder, data, network, sink.Endpoint);
        await mta.Operations.LoadAsync(CancellationToken.None);
        while (waiting > 0 && mta.Context.Gauges.DestinationsDown == 0)
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        var clock = Stopwatch.StartNew();
        await FillAsync(data.Queues, Up, messages);
        while (sink.Messages < messages)
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        return messages / clock.Elapsed.TotalSeconds;
    }

    private static async Task FillAsync(IQueueStore store, Domain domain, int count)
    {
        for (var i = 0; i < count; i += 500)
        {
            var writer = store.NewContent();
            await writer.WriteAsync(new byte[4096].Select((_, at) => at % 80 == 78 ? (byte)'\r' : at % 80 == 79 ? (byte)'\n' : (byte)'x').ToArray(), CancellationToken.None);
            var content = await writer.CompleteAsync(CancellationToken.None);
            await store.PutAsync([.. Enumerable.Range(0, Math.Min(500, count - i)).Select(n => new Document
            {
                Id = store.NewId(), Form = Forms.Message, Queue = WorkQueue.Outbound, Destination = domain.Name, Content = content,
                Envelope = new Envelope { Sender = Mailbox.Parse("sender@example.org"), Recipients = [new Recipient(Mailbox.Parse($"r{n}@{domain.Name}"))] },
            })], [], CancellationToken.None);
            await writer.DisposeAsync();
        }
    }

    private static TellMta Mta(string folder, IDataDirectory data, INetwork network, IPEndPoint sink)
    {
        var settings = MtaSettings.Default with
        {
            HostName = "bench.test",
            Directory = folder,
            Listen = [],
            Housekeeping = false,
            PickupDirectory = "",
            // Nobody listens on the discard port: down at once, and again at each try.
            Routes = ImmutableDictionary<Domain, FixedHop>.Empty.Add(Up, new HostPort(sink.Address.ToString(), sink.Port)).Add(Down, new HostPort("127.0.0.1", 9)),
            RetryIntervals = [TimeSpan.FromSeconds(1)],
        };
        return new TellMta(
            new MtaEnvironment
            {
                Data = data,
                Network = network,
                Tls = new SslTls(TimeProvider.System),
                Web = context => new HttpsClient(context),
                Files = new DiskFiles(),
                Time = TimeProvider.System,
                Seed = 1,
                Loggers = NullLoggerFactory.Instance,
                Transfers = new TransferLog(TimeProvider.System, _ => { }),
                Nightly = new TimerDailySchedule(TimeProvider.System, NullLoggerFactory.Instance),
            },
            settings,
            new FixedSettings(settings));
    }

    private static int Number(string[] args, int index, int otherwise) =>
        args.Length > index ? int.Parse(args[index], CultureInfo.InvariantCulture) : otherwise;

    private static double Middle(List<double> figures) => figures.Order().ElementAt(figures.Count / 2);
}
