namespace ConsoleWeb.Data.Entities;

/// <summary>What a person has set in the console for the whole product, such as the redaction of the request log. No row: the defaults.</summary>
internal sealed class Setting
{
    public required string Name { get; init; }

    /// <summary>The settings as JSON; whose they are knows their shape.</summary>
    public required string Document { get; set; }

    public required DateTimeOffset ChangedAt { get; set; }

    /// <summary>Who set it.</summary>
    public required string Actor { get; set; }
}
