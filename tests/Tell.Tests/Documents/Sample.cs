using Tell.Documents;
using Tell.Mail;

namespace Tell.Tests.Documents;

/// <summary>Documents with everything that a document can have.</summary>
internal static class Sample
{
    public static readonly CancellationToken None = CancellationToken.None;
    public static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    public static Envelope Envelope(Priority priority = Priority.Normal, string to = "bob@example.com") => new()
    {
        Sender = Mailbox.Parse("ada@example.org"),
        Recipients = [new Recipient(Mailbox.Parse(to))],
        Priority = priority,
    };

    public static Envelope FullEnvelope => new()
    {
        Sender = Mailbox.Parse("\"a \\\"b\"@example.org"),
        Recipients =
        [
            new Recipient(Mailbox.Parse("bob@example.com"))
            {
                Notify = Notify.Success | Notify.Delay, OriginalRecipient = "rfc822;Bob <æ> \"x\"@example.com", Status = RecipientStatus.Failed, Attempts = 3,
                LastStatus = new EnhancedStatus(5, 1, 1), LastReply = "5.1.1 no such user \u2028 \\ \"", LastHost = "mx.example.com", InDoubt = true,
            },
            new Recipient(Mailbox.Parse("jürgen@xn--mller-kva.example")),
            new Recipient(Mailbox.Parse("root@[IPv6:2001:db8::1]")),
        ],
        Body = BodyType.BinaryMime, SmtpUtf8 = true, RequireTls = true, DeclaredSize = 5_000_000_000, EnvelopeId = "QQ314159", Return = ReturnContent.Headers,
        Priority = Priority.High, MtPriority = -4, DeliverBy = new DateTimeOffset(2026, 2, 3, 4, 5, 6, 789, TimeSpan.FromHours(2)), DeliverByReturns = true, DeliverByTrace = true,
        NotBefore = new DateTimeOffset(2026, 2, 3, 0, 0, 0, TimeSpan.Zero),
        Submission = new Submission("ESMTPSA", "192.0.2.1", "client.example", "ada", "S1"),
    };

    public static Attempt FullAttempt => new()
    {
        Time = new DateTimeOffset(2026, 1, 5, 9, 0, 0, TimeSpan.Zero), Host = "mx.example.com", Address = "192.0.2.25:25", Phase = "RCPT", Code = 451,
        Status = new EnhancedStatus(4, 2, 1), Text = "4.2.1 try later", Tls = "TLSv1.3 TLS_AES_256_GCM_SHA384", Node = "node1",
    };

    public static Document Document(IQueueStore store, WorkQueue queue = WorkQueue.Outbound, string lane = "") => new()
    {
        Id = store.NewId(), Form = Forms.Message, Queue = queue, Destination = lane, Envelope = Envelope(),
    };

    public static async Task<Document> PutAsync(this IQueueStore store, WorkQueue queue = WorkQueue.Outbound, string lane = "", Func<Document, Document>? with = null)
    {
        var document = Document(store, queue, lane);
        document = with?.Invoke(document) ?? document;
        await store.PutAsync([document], [], None);
        return document;
    }

    public static async Task<Lease> TakeOneAsync(this IQueueStore store, WorkQueue queue = WorkQueue.Outbound, string lane = "") =>
        Assert.Single(await store.TakeAsync(queue, lane, 1, Minute, None));

    public static async Task<bool> SettleAsync(this IQueueStore store, Settlement settlement) => Assert.Single(await store.SettleAsync([settlement], None));

    public static async Task<Content> ContentAsync(Func<IContentWriter> begin, byte[] octets, Func<Content, Task> point)
    {
        await using var writer = begin();
        await writer.WriteAsync(octets, None);
        var content = await writer.CompleteAsync(None);
        await point(content);
        return content;
    }

    public static async Task<byte[]> ReadAsync(IAsyncEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        using var all = new MemoryStream();
        await foreach (var piece in pieces)
        {
            Assert.InRange(piece.Length, 0, 64 * 1024);
            all.Write(piece.Span);
        }
        return all.ToArray();
    }

    public static async Task<bool> IsGoneAsync(IAsyncEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        try
        {
            await ReadAsync(pieces);
            return false;
        }
        catch (StoreException)
        {
            return true;
        }
    }

    public static byte[] Octets(int size, int seed = 1)
    {
        var octets = new byte[size];
        new Random(seed).NextBytes(octets);
        return octets;
    }

    public static long Of(this IReadOnlyList<QueueCount> counts, WorkQueue queue, DocumentState state) =>
        counts.Where(c => c.Queue == queue && c.State == state).Sum(c => c.Documents);

    public static void Same(Document? expected, Document? actual) => Assert.Equal(Text(expected), Text(actual));

    // Records compare immutable arrays by reference; what is written here is compared by value.
    public static string Text(Document? document) => document is null ? "none" : System.Text.Json.JsonSerializer.Serialize(new
    {
        Id = document.Id.ToString(), document.Form, document.Queue, document.State, document.Destination, document.Due, Parent = document.Parent?.ToString(),
        document.Children, document.Reason, document.Content, document.AttemptCount, document.Attempts, document.Notices, document.Releases, document.Began,
        Items = document.Items.Select(i => new { i.Name, i.Kind, i.Texts, Numbers = i.Numbers.Select(n => n.ToString("R")), i.Times, i.MediaType, i.Content }),
        Envelope = document.Envelope is not { } e ? null : new
        {
            Sender = e.Sender?.ToString(), Recipients = e.Recipients.Select(r => (r.Address.ToString(), r with { Address = Mailbox.Parse("x@x") }).ToString()),
            e.Body, e.SmtpUtf8, e.RequireTls, e.DeclaredSize, e.EnvelopeId, e.Return, e.Priority, e.MtPriority, e.DeliverBy, e.DeliverByReturns, e.DeliverByTrace, e.NotBefore, e.Submission,
        },
    });
}
