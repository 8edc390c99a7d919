using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Tell.Benchmarks.Sessions;
using Tell.Documents;
using Tell.Documents.Sqlite;
using Tell.Mail;
using Tell.Smtp.Client;
using Tell.Smtp.Network;

namespace Tell.Benchmarks.Outbound;

/// <summary>
/// What a storm of failing messages, each to be reported to a sender of its own, costs ordinary mail: messages a second that the real program relays
/// from several sessions to a sink, without and with the storm; alternating rounds, each on a store of its own. Usage:
/// <c>report-storm PROGRAM [messages] [storm] [rounds] [sessions] [seconds]</c>; no round takes longer than those seconds.
/// </summary>
public static class ReportStorm
{
    private const int Batch = 500;

    private static readonly byte[] Body = System.Text.Encoding.ASCII.GetBytes("Subject: load\r\n\r\n" + string.Concat(Enumerable.Repeat(new string('x', 78) + "\r\n", 50)));

    /// <summary>Runs it and prints each round, the two medians and their ratio.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        if (args is not [var program, ..])
        {
            Console.Error.WriteLine("report-storm PROGRAM [messages] [storm] [rounds] [sessions] [seconds]");
            return 2;
        }
        var (messages, storm, rounds, sessions, seconds) = (Number(args, 1, 20_000), Number(args, 2, 100_000), Number(args, 3, 5), Number(args, 4, 10), Number(args, 5, 300));
        var root = Path.Combine(Environment.CurrentDirectory, "artifacts", "report-storm");
        if (Directory.Exists(root))
            Directory.Delete(root, recursive: true);
        try
        {
            var (quiet, stormy) = (Path.Combine(root, "quiet"), Path.Combine(root, "stormy"));
            await PrepareAsync(quiet, 0);
            await PrepareAsync(stormy, storm);
            List<double> without = [], with = [];
            await RoundAsync("warm-up", program, root, quiet, messages / 4, sessions, seconds);
            for (var round = 1; round <= rounds; round++)
            {
                without.Add(await RoundAsync($"round {round}, alone", program, root, quiet, messages, sessions, seconds));
                with.Add(await RoundAsync($"round {round}, storm", program, root, stormy, messages, sessions, seconds));
            }
            var (alone, beside) = (Middle(without), Middle(with));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"median: {alone:F0} messages/s alone, {beside:F0} beside {storm} failing messages, ratio {beside / alone:F2}"));
            return 0;
        }
        finally
        {
            if (Directory.Exists(root))
                Directory.Delete(root, recursive: true);
        }
    }

    private static async Task<double> RoundAsync(string title, string program, string root, string store, int messages, int sessions, int seconds)
    {
        var network = new SocketNetwork(TimeProvider.System, NullLogger.Instance);
        await using var sink = await NullSink.StartAsync(network);
        await using var tell = await TellChild.StartAsync(program, Path.Combine(root, "round"), sink.Endpoint, [], data => Copy(store, data));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        var clock = Stopwatch.StartNew();
        var sent = 0;
        Task[] clients = [.. Enumerable.Range(0, sessions).Select(_ => SendAsync())];
        try
        {
            foreach (var client in clients)
                await client;
            while (sink.Mail < messages)
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, limit.Token);
        }
        catch (OperationCanceledException)
        {
            Console.WriteLine($"{title}: cut off after {seconds} s");
        }
        finally
        {
            // No session outlives the program that it speaks to.
            limit.Cancel();
            foreach (var client in clients)
                await client.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
        var (elapsed, mail) = (clock.Elapsed.TotalSeconds, sink.Mail);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{title,-16} {mail / elapsed,6:F0} messages/s ({mail} in {elapsed:F1} s; {sink.Messages - mail} reports meanwhile), {tell.Megabytes:F0} MB"));
        return mail / elapsed;

        async Task SendAsync()
        {
            await using var session = new ClientSession(await network.ConnectAsync(tell.Endpoint, limit.Token), new ClientOptions { HostName = "client.test" }, TimeProvider.System);
            if (await session.OpenAsync(limit.Token) is { } refusal)
                throw new InvalidOperationException(refusal.Text);
            while (Interlocked.Increment(ref sent) is var number && number <= messages)
            {
                var envelope = new Envelope { Sender = Mailbox.Parse("sender@example.org"), Recipients = [new Recipient(Mailbox.Parse($"r{number}@d{number % 10}.test"))] };
                var answer = await session.SendAsync(envelope, Body, limit.Token);
                if (!answer.Recipients[0].Delivered)
                    throw new InvalidOperationException($"message {number}: {answer.Recipients[0].Reply}");
            }
            await session.QuitAsync(limit.Token);
        }
    }

    // A store with so many children that have failed for good and are to be reported: relayed, so without parents, and each of another sender elsewhere.
    private static async Task PrepareAsync(string folder, int storm)
    {
        Directory.CreateDirectory(folder);
        await using var data = await SqliteDataDirectory.OpenAsync(folder, TimeProvider.System, new Random(1), NullLogger.Instance, CancellationToken.None);
        var store = data.Queues;
        for (var first = 0; first < storm; first += Batch)
        {
            await using var writer = store.NewContent();
            await writer.WriteAsync(Body, CancellationToken.None);
            var content = await writer.CompleteAsync(CancellationToken.None);
            await store.PutAsync([.. Enumerable.Range(first, Math.Min(Batch, storm - first)).Select(number => Failure(store, content, number))], [], CancellationToken.None);
        }
    }

    private static Document Failure(IQueueStore store, Content content, int number)
    {
        var attempt = new Attempt
        {
            Time = TimeProvider.System.GetUtcNow(), Host = "mx.dead.test", Address = "192.0.2.1:25", Phase = "sending RCPT TO", Code = 550,
            Status = new EnhancedStatus(5, 1, 1), Text = "550 5.1.1 No such user",
        };
        return new Document
        {
            Id = store.NewId(),
            Form = Forms.Message,
            Queue = WorkQueue.Outbound,
            State = DocumentState.Failure,
            Destination = "dead.test",
            Reason = attempt.Text,
            Content = content,
            Attempts = [attempt],
            AttemptCount = 1,
            Envelope = new Envelope
            {
                Sender = Mailbox.Parse($"s{number}@s{number}.test"),
                Recipients =
                [
                    new Recipient(Mailbox.Parse($"r{number}@dead.test"))
                    {
                        Status = RecipientStatus.Failed, Attempts = 1, LastHost = attempt.Host, LastReply = attempt.Text, LastStatus = attempt.Status,
                    },
                ],
            },
        };
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    private static int Number(string[] args, int index, int otherwise) =>
        args.Length > index ? int.Parse(args[index], CultureInfo.InvariantCulture) : otherwise;

    private static double Middle(List<double> figures) => figures.Order().ElementAtOrDefault(figures.Count / 2);
}
