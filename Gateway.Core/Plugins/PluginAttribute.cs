namespace Gateway.Core.Plugins;

/// <summary>Names a plugin and its place in the order of execution; higher priority runs first.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class PluginAttribute(string name, int priority) : Attribute
{
    public string Name { get; } = name;

    public int Priority { get; } = priority;
}
