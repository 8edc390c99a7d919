using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Tell.Documents;
using Tell.Documents.Sqlite;
using Tell.Mail;
using Tell.Mta.Statistics;

namespace Tell.Benchmarks.Documents;

/// <summary>
/// The complete life of relayed messages in the SQLite engine, as the tasks of an MTA live it: sessions put, a conversion handler takes
/// and settles, a delivery report task reads and removes, session handlers take and settle. Usage:
/// <c>documents-life [directory] [lives] [sessions] [rounds] [backlog] [senders] [window] [once]</c>. With "once" each message is put with a fingerprint
/// that is known for ten minutes and forgotten when the put has completed; with "accounts" besides, the accounts of channels and destinations are kept. With senders, so many session handlers take up to
/// <c>window</c> documents each and settle them one by one, as pooled connections do; without, one task settles them in batches.
/// </summary>
public static class DocumentsLife
{
    private const int Batch = 100;

    /// <summary>Runs it and prints lives per second and process CPU per life of each round, and their median.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var directory = args.ElementAtOrDefault(0) ?? Path.Combine(Environment.CurrentDirectory, "artifacts", "documents-life");
        var lives = Number(args, 1, 20_000);
        var sessions = Number(args, 2, 20);
        var rounds = Number(args, 3, 5);
        var backlog = Number(args, 4, 0);
        var senders = Number(args, 5, 0);
        var window = Number(args, 6, 10);
        if (Directory.Exists(directory))
            Directory.Delete(directory, recursive: true);
        await using var data = await SqliteDataDirectory.OpenAsync(directory, TimeProvider.System, new Random(1), NullLogger.Instance, CancellationToken.None);
        await FillAsync(data.Queues, backlog);
        var (once, accounts) = (args.ElementAtOrDefault(7) is "once" or "accounts", args.ElementAtOrDefault(7) == "accounts");
        if (accounts)
            data.Queues.AccountWith(new Bookkeeper(new Rates(TimeProvider.System)));
        var results = new List<(double Rate, double Cpu)>();
        for (var round = 0; round <= rounds; round++)
        {
            var count = round == 0 ? Math.Min(lives, 5000) : lives;
            var cpu = Process.GetCurrentProcess().TotalProcessorTime;
            var clock = Stopwatch.StartNew();
            await new Round(data.Queues, count, sessions, senders, window, once).RunAsync();
            var seconds = clock.Elapsed.TotalSeconds;
            var used = (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalMicroseconds / count;
            Console.WriteLine($"{(round == 0 ? "warm-up" : "round " + round),-8} {count / seconds,8:F0} lives/s {used,7:F1} us CPU per life  wal {Size(directory, "queues.db-wal")} db {Size(directory, "queues.db")}");
            if (round > 0)
                results.Add((count / seconds, used));
        }
        Console.WriteLine($"median   {results.Select(r => r.Rate).Order().ElementAt(results.Count / 2),8:F0} lives/s {results.Select(r => r.Cpu).Order().ElementAt(results.Count / 2),7:F1} us CPU per life, {sessions} sessions, {senders} senders, backlog {backlog}, GC {GC.CollectionCount(0)}/{GC.CollectionCount(1)}/{GC.CollectionCount(2)}");
        return 0;
    }

    private static int Number(string[] args, int index, int otherwise) =>
        args.Length > index ? int.Parse(args[index], CultureInfo.InvariantCulture) : otherwise;

    private static string Size(string directory, string file) => $"{new FileInfo(Path.Combine(directory, file)).Length / 1024.0 / 1024.0:F1} MB";

    private static async Task FillAsync(IQueueStore store, int backlog)
    {
        var due = TimeProvider.System.GetUtcNow().AddDays(1);
        for (var i = 0; i < backlog; i += 1000)
        {
            await store.PutAsync([.. Enumerable.Range(0, 1000).Select(n => new Document
            {
                Id = store.NewId(), Form = Forms.Message, Queue = WorkQueue.Outbound, Destination = $"host{n}.example.net", State = DocumentState.Failure, Due = due,
                Envelope = Envelope,
            })], [], CancellationToken.None);
        }
    }

    private static Envelope Envelope { get; } = new()
    {
        Sender = Mailbox.Parse("sender@example.org"),
        Recipients = [new Recipient(Mailbox.Parse("recipient@example.com"))],
        DeclaredSize = 4096,
        Submission = new Submission("ESMTP", "192.0.2.1", "client.example.org", null, "0123456789AB"),
    };

    private sealed class Round(IQueueStore store, int count, int sessions, int senders, int window, bool once)
    {
        private static readonly byte[] Message = new byte[4096];

        private readonly TaskCompletionSource _done = new();
        private readonly SemaphoreSlim _inbound = new(0), _outbound = new(0), _finished = new(0);
        private readonly CancellationTokenSource _stop = new();
        private readonly int _count = count;
        private int _left = count, _removed;

        public async Task RunAsync()
        {
            using var inbound = store.Watch(WorkQueue.Inbound, h => Wake(h, _inbound));
            using var outbound = store.Watch(WorkQueue.Outbound, h => Wake(h, _outbound));
            // 20 callers: the sessions, and few tasks that work in batches.
            var tasks = new List<Task> { LoopAsync(_inbound, ConvertAsync), LoopAsync(_finished, ReportAsync) };
            tasks.AddRange(Enumerable.Range(0, Math.Max(1, senders)).Select(_ => LoopAsync(_outbound, SendAsync)));
            tasks.AddRange(Enumerable.Range(0, sessions).Select(_ => ReceiveAsync()));
            await _done.Task;
            await _stop.CancelAsync();
            await Task.WhenAll(tasks);
        }

        private void Wake(QueueHint hint, SemaphoreSlim waiting)
        {
            var wanted = hint.Kind == QueueHintKind.Finished ? _finished : waiting;
            if (wanted.CurrentCount < (wanted == _outbound ? senders : 1))
                wanted.Release();
        }

        private async Task LoopAsync(SemaphoreSlim work, Func<Task<bool>> step)
        {
            await Task.Yield();
            while (!_stop.IsCancellationRequested)
            {
                while (await step())
                {
                }
                await Task.WhenAny(work.WaitAsync(_stop.Token), Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, _stop.Token));
            }
        }

        private async Task ReceiveAsync()
        {
            await Task.Yield();
            while (Interlocked.Decrement(ref _left) >= 0)
            {
                await using var writer = store.NewContent();
                await writer.WriteAsync(Message, CancellationToken.None);
                var content = await writer.CompleteAsync(CancellationToken.None);
                var document = new Document { Id = store.NewId(), Form = Forms.Message, Queue = WorkQueue.Inbound, Envelope = Envelope, Content = content };
                if (once)
                {
                    // As a hash is: all of its bits differ from message to message.
                    var id = (UInt128)document.Id.Low * 0x9E3779B97F4A7C15UL;
                    var fingerprint = new Fingerprint(id << 64 | id >> 64, id);
                    await store.PutOnceAsync(
                        document, fingerprint, TimeProvider.System.GetUtcNow().AddMinutes(10), [new CounterChange("MTA.Smtp.Received", 1)], CancellationToken.None);
                    store.Forget(fingerprint);
                    continue;
                }
                await store.PutAsync([document], [new CounterChange("MTA.Smtp.Received", 1)], CancellationToken.None);
            }
        }

        private async Task<bool> ConvertAsync()
        {
            var leases = await store.TakeAsync(WorkQueue.Inbound, "", Batch, TimeSpan.FromMinutes(5), CancellationToken.None);
            if (leases.Count == 0)
                return false;
            await store.SettleAsync([.. leases.Select(lease => Settlement.Succeeded(lease) with
            {
                Created = [lease.Document with { Id = store.NewId(), Queue = WorkQueue.Outbound, State = DocumentState.Pending, Due = null, Destination = "example.com" }],
                Counters = [new CounterChange("MTA.Conversion.Inbound", 1)],
            })], CancellationToken.None);
            return true;
        }

        private async Task<bool> SendAsync()
        {
            var leases = await store.TakeAsync(WorkQueue.Outbound, "example.com", senders > 0 ? window : Batch, TimeSpan.FromMinutes(5), CancellationToken.None);
            if (leases.Count == 0)
                return false;
            foreach (var lease in leases)
            {
                await foreach (var piece in store.ReadContentAsync(lease.Document.Content!, CancellationToken.None))
                    _ = piece.Length;
            }
            var settlements = leases.Select(lease => Settlement.Succeeded(lease) with
            {
                Attempt = new Attempt { Time = lease.Document.Created, Host = "mx.example.com", Address = "192.0.2.25:25", Phase = "end of data", Code = 250, Status = new EnhancedStatus(2, 0, 0), Text = "2.0.0 Ok: queued as 4bXYZ" },
                Envelope = lease.Document.Envelope! with { Recipients = [lease.Document.Envelope!.Recipients[0] with { Status = RecipientStatus.Delivered, Attempts = 1, LastReply = "2.0.0 Ok: queued as 4bXYZ" }] },
                Counters = [new CounterChange("MTA.Smtp.Sent", 1), new CounterChange("MTA.Smtp.Bytes", 4096), new CounterChange("MTA.Smtp.Delivered", 1)],
            });
            if (senders == 0)
                await store.SettleAsync([.. settlements], CancellationToken.None);
            else
            {
                foreach (var settlement in settlements)
                    await store.SettleAsync([settlement], CancellationToken.None);
            }
            return true;
        }

        private async Task<bool> ReportAsync()
        {
            var any = false;
            foreach (var queue in (WorkQueue[])[WorkQueue.Outbound, WorkQueue.Inbound])
            {
                var finished = await store.ReadFinishedAsync(queue, DocumentState.Success, null, Batch, CancellationToken.None);
                if (finished.Count == 0)
                    continue;
                any = true;
                var removed = await store.SettleAsync([.. finished.Select(Settlement.Removed)], CancellationToken.None);
                if ((_removed += removed.Count(r => r)) == 2 * _count)
                    _done.SetResult();
            }
            return any;
        }
    }
}
