using System.Buffers;
using System.Runtime.CompilerServices;
using Tell.Mail;

namespace Tell.Smtp.Client;

/// <summary>A content as 7bit, for a peer that takes no other (RFC 6152 3). It is read as it is sent: memory does not grow with it, and other peers get the original.</summary>
internal static class SevenBitContent
{
    /// <summary>Reads a content, and tells how it can be converted.</summary>
    public static async ValueTask<SevenBitPlan> PlanAsync(MessageContent content, CancellationToken cancellation)
    {
        var plan = new SevenBitPlan();
        await foreach (var piece in PiecesOf(content).WithCancellation(cancellation))
            plan.Feed(piece);
        plan.Complete();
        return plan;
    }

    /// <summary>The converted content, by a plan without obstacle. Its size is not known.</summary>
    public static MessageContent Of(MessageContent content, SevenBitPlan plan) => new(-1, default, WriteAsync(content, plan));

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> WriteAsync(MessageContent content, SevenBitPlan plan, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new SevenBitWriter(plan, output);
        await foreach (var piece in PiecesOf(content).WithCancellation(cancellation))
        {
            writer.Feed(piece);
            if (output.WrittenCount > 0)
                yield return output.WrittenMemory;
            output.ResetWrittenCount();
        }
        writer.Complete();
        if (output.WrittenCount > 0)
            yield return output.WrittenMemory;
    }

    private static IAsyncEnumerable<ReadOnlyMemory<byte>> PiecesOf(MessageContent content) => content.Pieces ?? OneAsync(content.Whole);

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> OneAsync(ReadOnlyMemory<byte> whole)
    {
        await ValueTask.CompletedTask;
        yield return whole;
    }
}
