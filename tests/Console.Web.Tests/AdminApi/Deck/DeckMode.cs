namespace ConsoleWeb.Tests.AdminApi.Deck;

/// <summary>The ways decK talks to a gateway.</summary>
public enum DeckMode
{
    /// <summary>The Admin API itself.</summary>
    Gateway,

    /// <summary>Below <c>/v2/control-planes/{id}/core-entities</c>.</summary>
    Konnect,

    /// <summary>Below <c>/konnect-api/api/runtime_groups/{id}</c>, as older versions do.</summary>
    OlderKonnect,
}
