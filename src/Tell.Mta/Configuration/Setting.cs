namespace Tell.Mta.Configuration;

/// <summary>One setting as it is declared in <see cref="SettingsCatalogue"/>.</summary>
public abstract class Setting
{
    private protected Setting(string name, string form, string standard, string sentence, string room) =>
        (Name, Form, Default, Sentence, Room) = (name, form, standard, sentence, room);

    /// <summary>The key in notes.ini, for example "SMTPMTA_Listen".</summary>
    public string Name { get; }

    /// <summary>How its value is written, with the unit: "duration (PT5M)".</summary>
    public string Form { get; }

    /// <summary>The default as it would be written; "" where the sentence says what an absent value means.</summary>
    public string Default { get; }

    /// <summary>What it decides, in one sentence.</summary>
    public string Sentence { get; }

    /// <summary>The part of the MTA that it belongs to.</summary>
    public string Room { get; }

    /// <summary>True for a password: shown to nobody.</summary>
    public virtual bool IsSecret => false;

    /// <summary>A value as people may see it: of a password only that there is one.</summary>
    public string Shown(string value) => IsSecret && value.Length > 0 ? "***" : value;

    /// <summary>The value in some settings as it would be written in notes.ini.</summary>
    public abstract string Format(MtaSettings settings);

    /// <summary>Reads the value into settings; false and the reason where it is not one.</summary>
    internal abstract bool TryApply(string text, MtaSettings settings, out MtaSettings changed, out string reason);
}
