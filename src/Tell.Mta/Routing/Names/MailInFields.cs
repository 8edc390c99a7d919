using Tell.Documents;

namespace Tell.Mta.Routing.Names;

/// <summary>The fields of a Mail-In Database document: a database that gets mail and is no person's.</summary>
internal static class MailInFields
{
    /// <summary>The item with the database.</summary>
    public const string MailFile = "MailFile";

    /// <summary>The table.</summary>
    public static FieldTable<NamesRecord> Table { get; } = new()
    {
        Form = Forms.MailInDatabase,
        Begin = NamesRecord.Begin,
        NameOf = database => database.Name,
        Fault = database => database[MailFile].IsEmpty ? $"{NamesRecord.FieldOf(MailFile)}: a database is needed" : PersonFields.QuotaFault(database),
        Fields =
        [
            PersonFields.InternetAddress,
            PersonFields.Alias,
            NamesRecord.One(MailFile, NamesTypes.MailFile, "The database that its mail is filed in."),
            PersonFields.MessageStorage,
            PersonFields.OnHold,
            PersonFields.Quota,
            PersonFields.QuotaWarning,
        ],
    };

    /// <summary>The database of a document.</summary>
    public static string MailFileOf(Document document) => Persons.MailFileOf(document[MailFile]?.Text is { Length: > 0 } file ? file : document.Id.ToString().ToLowerInvariant());
}
