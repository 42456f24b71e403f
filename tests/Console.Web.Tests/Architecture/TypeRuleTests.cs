using System.Reflection;
using System.Runtime.CompilerServices;
using ConsoleWeb.Hosting;
using Gateway.Core;
using Gateway.Core.Plugins;
using Gateway.Shared.Results;
using Gateway.Shared.Schema;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Logging;
using Microsoft.JSInterop;

namespace ConsoleWeb.Tests.Architecture;

/// <summary>What holds for every type of the product.</summary>
public sealed class TypeRuleTests
{
    private const BindingFlags Own = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly Type[] Types =
        [.. new[] { typeof(Error).Assembly, typeof(GatewayProduct).Assembly, typeof(GatehouseHost).Assembly }.SelectMany(a => a.GetTypes()).Where(IsWritten)];

    [Fact]
    public void Classes_WithoutHeirs_AreSealed()
    {
        var parents = Types.Select(t => t.BaseType).OfType<Type>().Select(t => t.IsGenericType ? t.GetGenericTypeDefinition() : t).ToHashSet();

        Assert.Empty(
            from type in Types
            where type is { IsClass: true, IsSealed: false, IsAbstract: false } && !parents.Contains(type)
            where !typeof(IComponent).IsAssignableFrom(type) && type.Name != "_Imports"
            select type.FullName);
    }

    /// <summary>What a request sees must hold still until its end.</summary>
    [Fact]
    public void ConfigRecords_CannotBeChanged() => Assert.Empty(
        from type in Types
        from property in type.GetProperties(Own)
        where property.IsDefined(typeof(FieldAttribute))
        where property.SetMethod is { } set && !set.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit))
        select $"{type}.{property.Name}");

    /// <summary>One object serves all requests at once.</summary>
    [Fact]
    public void Plugins_KeepNothingOfARequest() => Assert.Empty(
        from type in Types
        where type.IsDefined(typeof(PluginAttribute))
        from field in type.GetFields(Own)
        where field is { IsInitOnly: false, IsLiteral: false } && !IsConstructorParameter(field)
        select $"{type}.{field.Name}");

    [Fact]
    public void AsyncMethods_ReturnATask() => Assert.Empty(
        from type in Types
        from method in type.GetMethods(Own)
        where method.ReturnType == typeof(void) && method.IsDefined(typeof(AsyncStateMachineAttribute))
        select $"{type}.{method.Name}");

    [Fact]
    public void MethodsThatReturnATask_SayAsync() => Assert.Empty(
        from type in Types
        from method in type.GetMethods(Own)
        where IsTask(method.ReturnType) && !method.Name.EndsWith("Async", StringComparison.Ordinal)
        where !method.IsSpecialName && !method.Name.Contains('<', StringComparison.Ordinal) && !typeof(Delegate).IsAssignableFrom(type)
        where !method.IsDefined(typeof(JSInvokableAttribute))
        select $"{type}.{method.Name}");

    /// <summary>An id in a log line leads to one place.</summary>
    [Fact]
    public void LogEvents_HaveIdsOfTheirOwn()
    {
        var events = from type in Types
                     from method in type.GetMethods(Own)
                     from attribute in method.GetCustomAttributes<LoggerMessageAttribute>()
                     select (attribute.EventId, Name: $"{type.Name}.{method.Name}");

        Assert.Empty(events.GroupBy(e => e.EventId).Where(g => g.Count() > 1).Select(g => $"{g.Key}: {string.Join(", ", g.Select(e => e.Name))}"));
    }

    /// <summary>The compiler writes <c>&lt;name&gt;P</c> for what a primary constructor was given.</summary>
    private static bool IsConstructorParameter(FieldInfo field) => field.Name.StartsWith('<') && field.Name.EndsWith(">P", StringComparison.Ordinal);

    private static bool IsTask(Type type) =>
        typeof(Task).IsAssignableFrom(type)
        || type == typeof(ValueTask)
        || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ValueTask<>));

    private static bool IsWritten(Type type) =>
        !type.IsDefined(typeof(CompilerGeneratedAttribute))
        && !type.IsDefined(typeof(System.CodeDom.Compiler.GeneratedCodeAttribute))
        && type.DeclaringType is null or { DeclaringType: null }
        && type.Namespace is { } name
        && (name.StartsWith("Gateway.", StringComparison.Ordinal) || name.StartsWith("ConsoleWeb", StringComparison.Ordinal))
        && !name.EndsWith(".Migrations", StringComparison.Ordinal);
}
