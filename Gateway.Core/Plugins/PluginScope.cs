namespace Gateway.Core.Plugins;

/// <summary>What is known about a request when a plugin's turn comes.</summary>
/// <param name="ConsumerGroupIds">Groups of the consumer in alphabetical order of their names; null when there is none.</param>
/// <param name="Protocol">http, https, grpc or grpcs.</param>
internal readonly record struct PluginScope(Guid? RouteId, Guid? ServiceId, Guid? ConsumerId, Guid[]? ConsumerGroupIds, string Protocol)
{
    public bool ProtocolIn(IReadOnlyList<string> protocols)
    {
        for (var i = 0; i < protocols.Count; i++)
        {
            if (protocols[i] == Protocol)
            {
                return true;
            }
        }

        return false;
    }
}
