using System.Diagnostics.CodeAnalysis;
using Gateway.Shared.Schema;

namespace Gateway.Core.Secrets;

/// <summary>A parsed <c>{vault://&lt;type or prefix&gt;/&lt;resource&gt;[/&lt;key&gt;][?&lt;option&gt;=&lt;value&gt;]}</c>.</summary>
/// <param name="Vault">Vault type (<c>env</c>) or the prefix of a Vault entity.</param>
/// <param name="Resource">Name of the secret.</param>
/// <param name="Key">Member of a JSON secret; null: the whole text.</param>
/// <param name="Prefix">The option <c>prefix</c>; null when not given.</param>
internal sealed record ParsedReference(string Vault, string Resource, string? Key, string? Prefix)
{
    private const string Start = "{vault://";

    public static bool TryParse(string value, [NotNullWhen(true)] out ParsedReference? reference)
    {
        reference = null;
        if (!VaultReference.IsReference(value))
        {
            return false;
        }

        var body = value[Start.Length..^1];
        var version = body.IndexOf('#', StringComparison.Ordinal);
        body = version >= 0 ? body[..version] : body;
        string? prefix = null;
        var query = body.IndexOf('?', StringComparison.Ordinal);
        if (query >= 0)
        {
            foreach (var option in body[(query + 1)..].Split('&'))
            {
                if (option.StartsWith("prefix=", StringComparison.Ordinal))
                {
                    prefix = option["prefix=".Length..];
                }
            }

            body = body[..query];
        }

        var parts = body.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length is < 2 or > 3)
        {
            return false;
        }

        reference = new ParsedReference(parts[0], parts[1], parts.Length == 3 ? parts[2] : null, prefix);
        return true;
    }
}
