namespace ConsoleWeb.Data.Entities;

/// <summary>One version of a price that an administrator has set. Never changed: an edit adds a version.</summary>
internal sealed class PriceVersion
{
    public required Guid Id { get; init; }

    public required string Provider { get; init; }

    /// <summary>Which models of the provider it is for.</summary>
    public required string Pattern { get; init; }

    /// <summary>From 1, within provider and pattern.</summary>
    public required int Version { get; init; }

    /// <summary>Calls that start from then on cost this.</summary>
    public required DateTimeOffset ValidFrom { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Who set it.</summary>
    public required string Actor { get; init; }

    /// <summary>The rates as JSON; null: the price ends.</summary>
    public string? Document { get; init; }
}
