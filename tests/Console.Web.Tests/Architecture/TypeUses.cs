using System.Reflection;
using System.Reflection.Emit;

namespace ConsoleWeb.Tests.Architecture;

/// <summary>Which types a type's declarations and code name. What the compiler made out of lambdas and iterators counts for the type that holds them.</summary>
internal static class TypeUses
{
    private const BindingFlags Own = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> OpCodesByValue = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(f => (OpCode)f.GetValue(null)!)
        .ToDictionary(o => o.Value);

    /// <summary>The types of an assembly that people wrote, each with all types it names, itself excluded.</summary>
    public static IEnumerable<(Type Type, IReadOnlySet<Type> Uses)> In(Assembly assembly) =>
        from type in assembly.GetTypes()
        group type by Outermost(type) into family
        where family.Key.Namespace is not null
        select (family.Key, (IReadOnlySet<Type>)family.SelectMany(Named).SelectMany(Parts).Where(t => t != family.Key).ToHashSet());

    private static Type Outermost(Type type) => type.DeclaringType is { } outer ? Outermost(outer) : type;

    /// <summary>A constructed type is its definition and its arguments; a nested one belongs to the outermost.</summary>
    private static IEnumerable<Type> Parts(Type type)
    {
        if (type.IsGenericParameter)
        {
            return [];
        }

        if (type.HasElementType)
        {
            return Parts(type.GetElementType()!);
        }

        return type.IsConstructedGenericType
            ? [Outermost(type.GetGenericTypeDefinition()), .. type.GetGenericArguments().SelectMany(Parts)]
            : [Outermost(type)];
    }

    private static IEnumerable<Type> Named(Type type)
    {
        var declared = new List<Type>(type.GetInterfaces());
        if (type.BaseType is { } parent)
        {
            declared.Add(parent);
        }

        declared.AddRange(type.GetCustomAttributesData().Select(a => a.AttributeType));
        declared.AddRange(type.GetMembers(Own).SelectMany(Signature));
        var bodies = type.GetMethods(Own).Cast<MethodBase>().Concat(type.GetConstructors(Own));
        return declared.Concat(bodies.SelectMany(Body));
    }

    private static IEnumerable<Type> Signature(MemberInfo member) => member switch
    {
        FieldInfo field => [field.FieldType],
        PropertyInfo property => [property.PropertyType],
        MethodInfo method => [method.ReturnType, .. method.GetParameters().Select(p => p.ParameterType), .. method.GetGenericArguments()],
        ConstructorInfo constructor => constructor.GetParameters().Select(p => p.ParameterType),
        _ => [],
    };

    private static IEnumerable<Type> Body(MethodBase method)
    {
        if (method.GetMethodBody() is not { } body)
        {
            return [];
        }

        var types = new List<Type>(body.LocalVariables.Select(v => v.LocalType));
        types.AddRange(body.ExceptionHandlingClauses.Where(c => c.Flags == ExceptionHandlingClauseOptions.Clause).Select(c => c.CatchType!));
        foreach (var token in Tokens(body.GetILAsByteArray()!))
        {
            var typeArguments = method.DeclaringType!.IsGenericType ? method.DeclaringType.GetGenericArguments() : null;
            var methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : null;
            var member = method.Module.ResolveMember(token, typeArguments, methodArguments)!;
            types.AddRange(member is Type type ? [type] : member.DeclaringType is { } owner ? Signature(member).Append(owner) : Signature(member));
        }

        return types;
    }

    /// <summary>The metadata tokens that the instructions carry.</summary>
    private static IEnumerable<int> Tokens(byte[] code)
    {
        for (var at = 0; at < code.Length;)
        {
            var value = code[at] == 0xFE ? unchecked((short)(0xFE00 | code[at + 1])) : code[at];
            var instruction = OpCodesByValue[value];
            at += instruction.Size;
            if (instruction.OperandType is OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType)
            {
                yield return BitConverter.ToInt32(code, at);
            }

            at += instruction.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, at)),
                _ => 4,
            };
        }
    }
}
