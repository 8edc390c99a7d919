namespace Tell.Mail;

/// <summary>A MAPI property: the first of its values.</summary>
/// <param name="Id">Its id, as 0x1013; 0 for a named one.</param>
/// <param name="Type">Its type (MS-OXCDATA 2.11.1), as 0x001f.</param>
/// <param name="Value">The octets of the value; padding is not among them.</param>
internal readonly record struct TnefProperty(ushort Id, ushort Type, ReadOnlyMemory<byte> Value);
