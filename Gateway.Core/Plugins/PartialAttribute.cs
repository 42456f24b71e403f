namespace Gateway.Core.Plugins;

/// <summary>A config record that can also stand alone as a partial of this type. Plugins that have such a record in their config may link one there.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class PartialAttribute(string type) : Attribute
{
    public string Type { get; } = type;
}
