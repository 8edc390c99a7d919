using System.Net;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using Spectre.Console;
using Tell.Commands;
using Tell.Documents;
using Tell.Hosting;
using Tell.Mail;
using Tell.Mta.Configuration;
using Tell.Mta.Controller;
using Tell.Mta.Operations;
using Tell.Smtp.Client;
using Tell.Smtp.Network;

namespace Tell.Tour;

/// <summary>
/// TOUR: an MTA and a real SMTP host on loopback, in this process and a directory of their own, which is deleted afterwards. Shows
/// documents moving through their states, a delivery, a retry that succeeds, and a NonDelivery Report.
/// </summary>
internal static class TourCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // They would push the report off the screen, and have commands of their own.
    private static readonly string[] Elsewhere = ["MTA.Channel.", "MTA.QueueTime.", "MTA.Rate."];

    /// <summary>The row for the command table.</summary>
    public static Command Row(TimeProvider time) => new()
    {
        Words = "TOUR",
        Group = "Console",
        Summary = "Watch an MTA at work: documents, states, a retry and a report. Takes about ten seconds.",
        Detail = "It uses a directory of its own and free ports on loopback, and leaves nothing behind.",
        Place = CommandPlace.Here,
        Handler = async call => call.Arguments.Count == 0 ? await RunAsync(call, Screen(), time) : call.Usage(),
    };

    // Into a pipe or a file go plain lines of any length.
    private static IAnsiConsole Screen()
    {
        if (!Console.IsOutputRedirected)
            return AnsiConsole.Console;
        var plain = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Interactive = InteractionSupport.No });
        plain.Profile.Width = int.MaxValue;
        return plain;
    }

    private static async Task<bool> RunAsync(CommandCall call, IAnsiConsole console, TimeProvider time)
    {
        var directory = Directory.CreateTempSubdirectory("tell-tour-").FullName;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(call.Cancellation);
        using var interrupt = Ending(PosixSignal.SIGINT, stop);
        using var terminate = Ending(PosixSignal.SIGTERM, stop);
        call = call with { Cancellation = stop.Token };
        try
        {
            var network = new SocketNetwork(time, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
            await using var sink = new TourSink(network, time);
            await sink.StartAsync(call.Cancellation);
            var settings = MtaSettings.Default with
            {
                Directory = directory,
                HostName = "tour.tell.test",
                Listen = [new IPEndPoint(IPAddress.Loopback, 0)],
                LocalDomains = [Domain.Parse("tell.test")],
                RelayClients = [IPNetwork.Parse("127.0.0.0/8")],
                RelayHost = new HostPort(sink.Endpoint.Address.ToString(), sink.Endpoint.Port),
                RetryIntervals = [TimeSpan.FromSeconds(2)],
                Housekeeping = false,
            };
            await using var opened = await OpenedMta.OpenAsync(settings, new FixedSettings(settings), console: false, time, call.Cancellation);
            return await new Guide(console, opened.Mta.Operations, network, sink, time).ShowAsync(call);
        }
        catch (OperationCanceledException)
        {
            return call.Refuse("The tour was broken off.");
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    // Whoever has seen enough and types Ctrl-C is left nothing behind either.
    private static PosixSignalRegistration Ending(PosixSignal signal, CancellationTokenSource stop) => PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = true;
        stop.Cancel();
    });

    private sealed class Guide(IAnsiConsole console, Operator mta, INetwork network, TourSink sink, TimeProvider time)
    {
        private readonly TourView _view = new(mta, console, time);

        public async Task<bool> ShowAsync(CommandCall call)
        {
            var cancellation = call.Cancellation;
            await mta.LoadAsync(cancellation);
            foreach (var tasks in (TaskSelection[])[TaskSelection.InboundConversion, TaskSelection.Outbound, TaskSelection.DrTask])
                await mta.StopAsync(tasks, cancellation);
            Say("load smtpmta", "An MTA and an SMTP host run on loopback. Conversion, outbound transport and the Delivery Report Task are still stopped.");

            Say("send data/samples by SMTP", "Each accepted message is a Pending document in SMTPIBWQ, on disk before its 250.");
            foreach (var sample in Samples())
                await SendAsync(sample, cancellation);
            await ShowAsync(() => Has(WorkQueue.Inbound, 4), cancellation);

            Say("tell smtpmta start inbound conversion", "The conversion handler makes a child in SMTPOBWQ for each destination; all point at the same stored octets.");
            await mta.StartAsync(TaskSelection.InboundConversion, cancellation);
            await ShowAsync(() => Has(WorkQueue.Outbound, 4), cancellation);

            Say("tell send --from ada@tell.test --to grace@sink.test,nobody@sink.test --bcc boss@flaky.test", "A Memo is a parent in SMTP.BOX.");
            await mta.SubmitAsync(
                new MemoDraft
                {
                    From = Mailbox.Parse("ada@tell.test"),
                    SendTo = [Mailbox.Parse("grace@sink.test"), Mailbox.Parse("nobody@sink.test")],
                    BlindCopyTo = [Mailbox.Parse("boss@flaky.test")],
                    Subject = Line.From("Three recipients, three fates"),
                    Body = "One of you gets this at once, one after a retry, and one does not exist.\n",
                    Protocol = "CONSOLE",
                },
                cancellation);
            await ShowAsync(() => Has(WorkQueue.SmtpBox, 1), cancellation);

            Say("tell smtpmta start outbound conversion", "The parent has a count of children now: one for each destination, one for each blind copy.");
            await mta.StartAsync(TaskSelection.OutboundConversion, cancellation);
            await ShowAsync(() => Has(WorkQueue.Outbound, 6), cancellation);

            Say("tell smtpmta start outbound transport", "sink.test takes its mail, refuses nobody@; flaky.test answers 451 at first, so its children wait for another attempt.");
            await mta.StartAsync(TaskSelection.OutboundTransport, cancellation);
            await ShowAsync(async () => sink.Taken >= 4 && (await In(WorkQueue.Outbound)).Any(child => child is { State: DocumentState.Failure, Due: null }), cancellation);

            Say("tell smtpmta start drtask", "It deletes what is done, counts the parent down, and reports what failed. The retry succeeds after two seconds.");
            await mta.StartAsync(TaskSelection.DrTask, cancellation);
            var over = await ShowAsync(
                async () => sink.Taken >= 6 && (await mta.ViewAsync(new QueueView(), cancellation)).Count == 0 && (await mta.Mail.ListAsync("ada", 1, cancellation)) is [_],
                cancellation);

            Say("tell mail ada read 1", "The NonDelivery Report in Ada's mail file:");
            await ReportAsync(cancellation);
            Say("show stat mta", "What it counted, without what is zero, and without the accounts of channels (counters show) and rates (rate):");
            foreach (var statistic in (await mta.Statistics.ShowAsync("MTA", cancellation)).Where(statistic => statistic.Value != 0 && !Elsewhere.Any(statistic.Name.StartsWith)))
                console.WriteLine($"  {statistic.Name} = {statistic.Value}");
            console.WriteLine();
            return over || call.Refuse("The tour did not come to its end within its time.");
        }

        private void Say(string words, string explanation)
        {
            console.WriteLine();
            console.Write(new Text($"> {words}\n", new Style(Color.Aqua, decoration: Decoration.Bold)));
            if (explanation.Length > 0)
                console.WriteLine(explanation);
        }

        private Task<bool> ShowAsync(Func<Task<bool>> done, CancellationToken cancellation) => _view.UntilAsync(done, Patience, cancellation);

        private async Task<IReadOnlyList<Document>> In(WorkQueue queue) => await mta.ViewAsync(new QueueView { Queue = queue }, CancellationToken.None);

        private async Task<bool> Has(WorkQueue queue, int most) => (await In(queue)).Count >= most;

        private async Task SendAsync(byte[] sample, CancellationToken cancellation)
        {
            var to = HeaderBlock.Read(sample).Find("To") is { } field && NamedMailbox.TryParse(field.Text.Text, out var named)
                ? named.Mailbox
                : throw new FormatException("A sample has no recipient.");
            var server = IPEndPoint.Parse(mta.ShowServer().Addresses[0]);
            await using var session = new ClientSession(await network.ConnectAsync(server, cancellation), new ClientOptions { HostName = "tour.tell.test" }, time);
            await session.OpenAsync(cancellation);
            var envelope = new Envelope { Sender = Mailbox.Parse("ada@tell.test"), Recipients = [new Recipient(to)], Body = BodyType.EightBitMime };
            var sent = await session.SendAsync(envelope, sample, cancellation);
            console.WriteLine($"  {to}: {sent.Recipients[0].Reply}");
            await session.QuitAsync(cancellation);
        }

        private async Task ReportAsync(CancellationToken cancellation)
        {
            if (await mta.Mail.ListAsync("ada", 1, cancellation) is not [var report])
                return;
            using var octets = new MemoryStream();
            await mta.Mail.ReadAsync("ada", report.Id, piece => octets.WriteAsync(piece, cancellation), cancellation);
            foreach (var line in Encoding.UTF8.GetString(octets.ToArray()).ReplaceLineEndings("\n").Split('\n').Take(40))
                console.WriteLine($"  {line}");
        }

        private static IEnumerable<byte[]> Samples()
        {
            var program = Assembly.GetExecutingAssembly();
            foreach (var name in program.GetManifestResourceNames().Where(name => name.StartsWith("samples/", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
            {
                using var sample = program.GetManifestResourceStream(name)!;
                using var octets = new MemoryStream();
                sample.CopyTo(octets);
                yield return octets.ToArray();
            }
        }
    }
}
