namespace Gateway.E2E.Harness;

/// <summary>Keys of the tests, put together at run time so that no scanner takes them for real ones.</summary>
internal static class TestKeys
{
    /// <summary>What the gateway holds for the provider.</summary>
    public static string Provider { get; } = string.Concat("sk-", "held-", "by-the-gateway");

    /// <summary>What a client sends and no provider may ever see.</summary>
    public static string Client { get; } = string.Concat("sk-", "of-the-client");
}
