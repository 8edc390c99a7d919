namespace Tell.Mail;

/// <summary>What a part is, by its header and its place.</summary>
internal static class PartShape
{
    /// <summary>The part that an entity is.</summary>
    public static ReadPart Of(MimeEntity entity, ReadPart? parent, ReadPart? within)
    {
        var (type, name, disposition, contentId) = (entity.ContentType, entity.FileName, entity.Disposition, entity.ContentId);
        var multipart = entity.IsMultipart;
        var related = !multipart && IsRelated(entity, contentId);
        return new ReadPart(parent, within, within is null ? entity.Section : InnerSection(within, entity), type)
        {
            Name = string.IsNullOrEmpty(name) ? null : name,
            Disposition = disposition,
            ContentId = string.IsNullOrEmpty(contentId) ? null : contentId,
            Encoding = entity.Encoding,
            IsMultipart = multipart,
            IsRelated = related && contentId is { Length: > 0 },
            IsFile = !multipart && (disposition == "attachment" || !string.IsNullOrEmpty(name) || type.Type == "message"
                || (type.Type is not ("text" or "multipart") && disposition != "inline" && !related)),
        };
    }

    /// <summary>A file that was found inside a leaf.</summary>
    public static ReadPart Found(ReadPart source, string name, MediaType type, long size) => new(source.Parent, source.Within, source.Section, type)
    {
        Source = source,
        Name = name.Length == 0 ? null : name,
        Disposition = "attachment",
        IsFile = true,
        Size = size,
    };

    /// <summary>True for what is a whole message: message/rfc822, its form with UTF-8 (RFC 6532 3.7) and its old name for news.</summary>
    public static bool IsMessage(MediaType type) => type.Type == "message" && type.Subtype is "rfc822" or "global" or "news";

    /// <summary>The number of a part of an enclosed message, seen from outside.</summary>
    public static string Inside(ReadPart enclosure, string section) =>
        section.Length == 0 ? enclosure.Section : enclosure.Section.Length == 0 ? section : $"{enclosure.Section}.{section}";

    // RFC 9051 6.4.5: a message that is no multipart has one part, whose number is 1.
    private static string InnerSection(ReadPart enclosure, MimeEntity entity) =>
        Inside(enclosure, entity.Section.Length == 0 && !entity.IsMultipart ? "1" : entity.Section);

    // RFC 2387: the root is what "start" names, or the first; the others are shown by it.
    private static bool IsRelated(MimeEntity entity, string? contentId)
    {
        if (entity.Parent is not { } parent || !parent.ContentType.Is("multipart", "related"))
            return false;
        return parent.ContentType["start"] is { Length: > 0 } start && contentId is not null
            ? start.Trim('<', '>', ' ') != contentId
            : !IsFirst(entity.Section);
    }

    private static bool IsFirst(string section) => section == "1" || section.EndsWith(".1", StringComparison.Ordinal);
}
