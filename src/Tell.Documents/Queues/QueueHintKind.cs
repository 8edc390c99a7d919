namespace Tell.Documents;

/// <summary>What a hint tells.</summary>
public enum QueueHintKind : byte
{
    /// <summary>A document waits to be taken (put, deferred, released or made due).</summary>
    Waiting,

    /// <summary>A document is finished: Success, or Failure without a next attempt.</summary>
    Finished,
}
