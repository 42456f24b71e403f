namespace Gateway.Core.Plugins;

/// <summary>A plugin that knows which web pages may call.</summary>
internal interface IOriginPolicy
{
    /// <param name="origin">Value of the header <c>Origin</c>.</param>
    bool Allows(PluginInstance instance, string origin);
}
