namespace Gateway.Core.Plugins;

/// <summary>Names a plugin and its place in the order of execution; higher priority runs first.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class PluginAttribute(string name, int priority) : Attribute
{
    public string Name { get; } = name;

    public int Priority { get; } = priority;

    /// <summary>Default of the instance's <c>protocols</c>.</summary>
    public string[] Protocols { get; init; } = ["grpc", "grpcs", "http", "https"];

    /// <summary>Scopes that an instance may not have: <c>consumer</c>, <c>consumer_group</c>.</summary>
    public string[] ForbiddenScopes { get; init; } = [];
}
