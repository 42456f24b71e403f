using Gateway.Shared.Schema;

namespace ConsoleWeb.Declarative.State;

/// <summary>Addresses of targets as the gateway stores them; files may leave the port out (8000) and shorten IPv6.</summary>
internal static class TargetAddress
{
    private static readonly TargetAddressRule Rule = new();

    /// <returns>The stored form; what is no address stays as it is, for the gateway to refuse.</returns>
    public static string Normalise(string address) => Rule.Check(address) is null ? Rule.Normalise(address) : address;
}
