using System.Text.Json.Nodes;

namespace ConsoleWeb.Declarative.State;

/// <summary>Reads the gateway's configuration and schemas in the form of the Admin API, from wherever the reader stands.</summary>
internal interface IAdminReader
{
    /// <summary>Whether paths and schemas are Konnect's.</summary>
    bool IsKonnect { get; }

    /// <summary>All entities of a collection.</summary>
    /// <param name="path">Such as <c>/services</c> or <c>/upstreams/{id}/targets</c>.</param>
    /// <param name="tags">Only entities with all of these tags; empty for all.</param>
    /// <param name="tolerated">Statuses that mean that the server does not have this kind.</param>
    /// <returns>The entities; null when the server does not have the kind.</returns>
    /// <exception cref="StateFailureException">They could not be read.</exception>
    Task<List<JsonObject>?> ListAsync(
        string path, IReadOnlyCollection<string> tags, IReadOnlyCollection<int> tolerated, CancellationToken cancellationToken);

    /// <summary>One document: a consumer group with its consumers, or a schema.</summary>
    Task<AdminAnswer> GetAsync(string path, CancellationToken cancellationToken);
}
