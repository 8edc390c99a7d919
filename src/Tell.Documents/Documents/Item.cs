using System.Collections.Immutable;

namespace Tell.Documents;

/// <summary>
/// A named, typed value of a document. Names are compared without regard to case. Exactly the list that <see cref="Kind"/> names is
/// filled; a single value is a list of one.
/// </summary>
public sealed record Item
{
    private Item(string name, ItemKind kind) => (Name, Kind) = (name, kind);

    /// <summary>The name, for example "SendTo".</summary>
    public string Name { get; }

    /// <summary>What the values are.</summary>
    public ItemKind Kind { get; }

    /// <summary>The values of a Text, RichText or MimePart item, and the file name of an Attachment.</summary>
    public ImmutableArray<string> Texts { get; private init; } = [];

    /// <summary>The values of a Number item.</summary>
    public ImmutableArray<double> Numbers { get; private init; } = [];

    /// <summary>The values of a Time item.</summary>
    public ImmutableArray<DateTimeOffset> Times { get; private init; } = [];

    /// <summary>The media type of a RichText, MimePart or Attachment item, for example "text/html"; null for others.</summary>
    public string? MediaType { get; private init; }

    /// <summary>The octets of a MimePart or Attachment item; null for others.</summary>
    public Content? Content { get; private init; }

    /// <summary>The first text; "" where there is none.</summary>
    public string Text => Texts.IsDefaultOrEmpty ? "" : Texts[0];

    /// <summary>A text list.</summary>
    public static Item OfText(string name, params ImmutableArray<string> values) => new(name, ItemKind.Text) { Texts = values };

    /// <summary>A number list.</summary>
    public static Item OfNumber(string name, params ImmutableArray<double> values) => new(name, ItemKind.Number) { Numbers = values };

    /// <summary>A time list.</summary>
    public static Item OfTime(string name, params ImmutableArray<DateTimeOffset> values) => new(name, ItemKind.Time) { Times = values };

    /// <summary>Text with a media type of its own, such as "text/html".</summary>
    public static Item OfRichText(string name, string mediaType, string text) => new(name, ItemKind.RichText) { MediaType = mediaType, Texts = [text] };

    /// <summary>A MIME part whose octets are stored content.</summary>
    public static Item OfMimePart(string name, string mediaType, Content content) => new(name, ItemKind.MimePart) { MediaType = mediaType, Content = content };

    /// <summary>A file whose octets are stored content.</summary>
    public static Item OfAttachment(string name, string fileName, string mediaType, Content content) =>
        new(name, ItemKind.Attachment) { Texts = [fileName], MediaType = mediaType, Content = content };

    /// <summary>The same item with its octets stored elsewhere.</summary>
    public Item At(Content content) => this with { Content = content };
}
