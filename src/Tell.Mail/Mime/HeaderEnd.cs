namespace Tell.Mail;

/// <summary>How a header ended.</summary>
internal enum HeaderEnd : byte
{
    /// <summary>It has not: more octets are needed.</summary>
    NotYet,

    /// <summary>With an empty line.</summary>
    EmptyLine,

    /// <summary>With a line that is no field, and begins the body.</summary>
    Body,

    /// <summary>With a boundary.</summary>
    Boundary,

    /// <summary>With the message.</summary>
    Octets,
}
