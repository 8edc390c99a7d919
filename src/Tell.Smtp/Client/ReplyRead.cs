namespace Tell.Smtp.Client;

/// <summary>What a reply parser made of the octets it was given.</summary>
internal enum ReplyRead : byte
{
    /// <summary>The reply is not whole yet.</summary>
    NeedMore,

    /// <summary>A reply.</summary>
    Reply,

    /// <summary>Something that is no reply; the parser is of no further use.</summary>
    Fault,
}
