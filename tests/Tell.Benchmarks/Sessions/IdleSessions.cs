using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Tell.Mail;
using Tell.Smtp.Client;
using Tell.Smtp.Network;

namespace Tell.Benchmarks.Sessions;

/// <summary>
/// What idle connections cost: the time from MAIL to the 250 after the data under a steady load, and the memory of the program, without
/// and with so many greeted clients that say nothing; interleaved rounds. Usage:
/// <c>idle-sessions PROGRAM [idle] [rounds] [messages a second] [seconds]</c>.
/// </summary>
public static class IdleSessions
{
    private const int Sources = 10;

    private static readonly byte[] Body = System.Text.Encoding.ASCII.GetBytes("Subject: load\r\n\r\n" + string.Concat(Enumerable.Repeat(new string('x', 78) + "\r\n", 50)));

    /// <summary>Runs it and prints each round, the medians and their ratio.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        if (args is not [var program, ..])
        {
            Console.Error.WriteLine("idle-sessions PROGRAM [idle] [rounds] [messages a second] [seconds]");
            return 2;
        }
        var (idle, rounds, rate, seconds) = (Number(args, 1, 1000), Number(args, 2, 5), Number(args, 3, 200), Number(args, 4, 10));
        var network = new SocketNetwork(TimeProvider.System, NullLogger.Instance);
        await using var sink = await NullSink.StartAsync(network);
        var folder = Path.Combine(Environment.CurrentDirectory, "artifacts", "idle-sessions");
        await using var tell = await TellChild.StartAsync(program, folder, sink.Endpoint, []);
        await LoadAsync(network, tell, rate, 3);
        List<(double Median, double P99)> without = [], with = [];
        for (var round = 1; round <= rounds; round++)
        {
            without.Add(Report($"round {round}, 0 idle", await LoadAsync(network, tell, rate, seconds), tell));
            var sockets = await HoldAsync(tell, idle);
            with.Add(Report($"round {round}, {idle} idle", await LoadAsync(network, tell, rate, seconds), tell));
            foreach (var socket in sockets)
                socket.Dispose();
        }
        var (quiet, busy) = (Middle(without.Select(figure => figure.P99)), Middle(with.Select(figure => figure.P99)));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"median   accept p50 {Middle(without.Select(figure => figure.Median)):F2} -> {Middle(with.Select(figure => figure.Median)):F2} ms, p99 {quiet:F2} -> {busy:F2} ms, ratio {busy / quiet:F2}; delivered {sink.Messages}"));
        return 0;
    }

    private static int Number(string[] args, int index, int otherwise) =>
        args.Length > index ? int.Parse(args[index], CultureInfo.InvariantCulture) : otherwise;

    private static double Middle(IEnumerable<double> figures) => figures.Order().ToArray() is var sorted ? sorted[sorted.Length / 2] : 0;

    private static (double Median, double P99) Report(string what, double[] times, TellChild tell)
    {
        Array.Sort(times);
        var (median, late) = (times[times.Length / 2], times[times.Length * 99 / 100]);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-22} {times.Length} messages, accept p50 {median:F2} ms, p99 {late:F2} ms, {tell.Megabytes:F0} MB"));
        return (median, late);
    }

    // Each is greeted, so that the program holds a session for it and not only a place in the backlog.
    private static async Task<List<Socket>> HoldAsync(TellChild tell, int count)
    {
        var sockets = new List<Socket>();
        var greeting = new byte[256];
        for (var i = 0; i < count; i++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            sockets.Add(socket);
            await socket.ConnectAsync(tell.Endpoint);
            if (await socket.ReceiveAsync(greeting) == 0)
                throw new InvalidOperationException($"Connection {i + 1} was closed without a greeting.");
        }
        return sockets;
    }

    private static async Task<double[]> LoadAsync(SocketNetwork network, TellChild tell, int rate, int seconds)
    {
        var times = await Task.WhenAll(Enumerable.Range(0, Sources).Select(source => SendAsync(network, tell, TimeSpan.FromSeconds((double)Sources / rate), source, rate * seconds / Sources)));
        return [.. times.SelectMany(each => each)];
    }

    private static async Task<double[]> SendAsync(SocketNetwork network, TellChild tell, TimeSpan pause, int source, int count)
    {
        var times = new double[count];
        var envelope = new Envelope { Sender = Mailbox.Parse("a@example.org"), Recipients = [new Recipient(Mailbox.Parse("b@example.com"))] };
        await using var session = new ClientSession(await network.ConnectAsync(tell.Endpoint, CancellationToken.None), new ClientOptions { HostName = "source.example.test" }, TimeProvider.System);
        if (await session.OpenAsync(CancellationToken.None) is { } fault)
            throw new InvalidOperationException(fault.Text);
        using var timer = new PeriodicTimer(pause);
        for (var i = 0; i < count; i++)
        {
            var begun = Stopwatch.GetTimestamp();
            var sent = await session.SendAsync(envelope, Body, CancellationToken.None);
            times[i] = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
            if (!sent.Recipients[0].Delivered)
                throw new InvalidOperationException($"Source {source}: {sent.Recipients[0].Reply?.ToString() ?? sent.Fault?.Text}");
            await timer.WaitForNextTickAsync();
        }
        await session.QuitAsync(CancellationToken.None);
        return times;
    }
}
