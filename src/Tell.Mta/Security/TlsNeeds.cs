using Tell.Documents;

namespace Tell.Mta.Security;

/// <summary>Reads the need of a document.</summary>
public static class TlsNeeds
{
    /// <summary>What this document asks.</summary>
    public static TlsNeed Of(Document document) =>
        document.Envelope is { RequireTls: true } ? TlsNeed.Verified : document.Form == Forms.TlsReport ? TlsNeed.Delivery : TlsNeed.Policy;
}
