namespace ConsoleWeb.Cli.State;

/// <summary>Addresses of targets: the gateway stores <c>host:port</c>, files may leave the port out (8000).</summary>
internal static class TargetAddress
{
    public static string Normalise(string address)
    {
        if (address.StartsWith('['))
        {
            return address.Contains("]:", StringComparison.Ordinal) ? address : $"{address}:8000";
        }

        return address.Count(c => c == ':') switch
        {
            0 => $"{address}:8000",
            1 => address,
            _ => $"[{address}]:8000",
        };
    }
}
