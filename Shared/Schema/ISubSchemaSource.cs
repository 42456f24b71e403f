namespace Gateway.Shared.Schema;

/// <summary>Finds the schema of a field whose shape a sibling selects: plugin configs by plugin name, configs of vaults and partials by type.</summary>
public interface ISubSchemaSource
{
    /// <summary>Whether this source knows the names of a family; configs of other families are taken as they are.</summary>
    bool Handles(string family) => true;

    /// <summary>The schema of <c>config</c>, or null when nothing of that name exists.</summary>
    /// <param name="family"><c>plugins</c>, <c>partials</c> or <c>vaults</c>.</param>
    RecordSchema? Find(string family, string name);

    /// <summary>What else the name decides for the whole entity; null: nothing.</summary>
    SubSchemaRules? FindRules(string family, string name) => null;

    /// <summary>Rules that depend on the installation, such as the directories that files may be written to. Runs last, on a document without faults.</summary>
    void Check(string family, string name, CheckContext context)
    {
    }

    /// <summary>All names of a family, for proposals and lists.</summary>
    IReadOnlyList<string> Names(string family);
}

/// <summary>What a plugin's name decides beyond its config.</summary>
/// <param name="DefaultProtocols">Value of <c>protocols</c> when absent.</param>
/// <param name="ForbiddenFields">Wire names of scopes that must be null, such as <c>consumer</c>.</param>
public sealed record SubSchemaRules(IReadOnlyList<string> DefaultProtocols, IReadOnlyList<string> ForbiddenFields);
