using System.Globalization;
using System.Reflection;

namespace KoopmanMesh.Compat.Tests.Surface;

/// <summary>Types, parameters and defaults in C#'s words, with namespaces and nullability.</summary>
internal static class SignatureText
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(short)] = "short",
        [typeof(int)] = "int",
        [typeof(long)] = "long",
        [typeof(ushort)] = "ushort",
        [typeof(uint)] = "uint",
        [typeof(ulong)] = "ulong",
        [typeof(sbyte)] = "sbyte",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(char)] = "char",
    };

    // Not thread-safe, so not shared.
    private static NullabilityInfoContext Nullability => new();

    public static string Of(Type type) => Of(type, null);

    public static string Of(ParameterInfo parameter)
    {
        var type = parameter.ParameterType;
        var text = Of(type.IsByRef ? type.GetElementType()! : type, Nullability.Create(parameter));
        if (parameter.Position < 0)
        {
            return text;
        }

        var modifier = parameter.IsOut ? "out " : type.IsByRef ? parameter.IsIn ? "in " : "ref " : "";
        modifier = parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params " : modifier;
        return $"{modifier}{text} {parameter.Name}{DefaultOf(parameter)}";
    }

    public static string Of(PropertyInfo property) => Of(property.PropertyType, Nullability.Create(property));

    public static string Of(FieldInfo field) => Of(field.FieldType, Nullability.Create(field));

    public static string Of(EventInfo member) => Of(member.EventHandlerType!, Nullability.Create(member));

    /// <summary>A type as it is declared: its full name with its parameters.</summary>
    public static string Declared(Type type) =>
        Named(type, type.GetGenericArguments(), static a => VarianceOf(a.GenericParameterAttributes) + a.Name);

    public static string Constraints(Type[] parameters) => string.Concat(parameters
        .Where(static p => p.IsGenericParameter)
        .Select(static p => (p.Name, Text: string.Join(", ", ConstraintsOf(p))))
        .Where(static p => p.Text.Length > 0)
        .Select(static p => $" where {p.Name} : {p.Text}"));

    private static string VarianceOf(GenericParameterAttributes attributes) =>
        (attributes & GenericParameterAttributes.VarianceMask) switch
        {
            GenericParameterAttributes.Covariant => "out ",
            GenericParameterAttributes.Contravariant => "in ",
            _ => "",
        };

    private static IEnumerable<string> ConstraintsOf(Type parameter)
    {
        var attributes = parameter.GenericParameterAttributes;
        if (attributes.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint))
        {
            yield return "class";
        }

        if (attributes.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint))
        {
            yield return parameter.CustomAttributes.Any(static a => a.AttributeType.Name == "IsUnmanagedAttribute")
                ? "unmanaged"
                : "struct";
            yield break;
        }

        foreach (var constraint in parameter.GetGenericParameterConstraints())
        {
            yield return Of(constraint);
        }

        if (attributes.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint))
        {
            yield return "new()";
        }
    }

    private static string Of(Type type, NullabilityInfo? nullability)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return Of(underlying) + "?";
        }

        // Of a type parameter without constraints one can't tell, and none here is marked.
        var mark = !type.IsValueType && !type.IsGenericParameter && nullability?.ReadState == NullabilityState.Nullable
            ? "?"
            : "";
        if (type.IsArray)
        {
            return Of(type.GetElementType()!, nullability?.ElementType) + "[]" + mark;
        }

        var inner = nullability?.GenericTypeArguments ?? [];
        var arguments = type.GetGenericArguments();
        if (Keywords.TryGetValue(type, out var keyword))
        {
            return keyword + mark;
        }

        if (type.IsGenericParameter)
        {
            return type.Name;
        }

        return Named(type, arguments, argument =>
        {
            var at = Array.IndexOf(arguments, argument);
            return Of(argument, at < inner.Length ? inner[at] : null);
        }) + mark;
    }

    /// <summary>A nested type takes its outer types' arguments first.</summary>
    private static string Named(Type type, Type[] arguments, Func<Type, string> argument)
    {
        var outer = type.DeclaringType is { } declaring && !type.IsGenericParameter ? declaring : null;
        var taken = outer?.GetGenericArguments().Length ?? 0;
        var prefix = outer is null ? type.Namespace : Named(outer, arguments[..taken], argument);
        var own = arguments[taken..];
        return $"{prefix}.{type.Name.Split('`')[0]}"
            + (own.Length == 0 ? "" : $"<{string.Join(", ", own.Select(argument))}>");
    }

    private static string DefaultOf(ParameterInfo parameter) =>
        parameter.HasDefaultValue ? " = " + DefaultText(parameter) : "";

    private static string DefaultText(ParameterInfo parameter) => parameter.DefaultValue switch
    {
        null => parameter.ParameterType.IsValueType && Nullable.GetUnderlyingType(parameter.ParameterType) is null
            ? "default"
            : "null",
        string text => $"\"{text}\"",
        bool flag => flag ? "true" : "false",
        Enum value => Enum.IsDefined(value.GetType(), value) ? $"{Of(value.GetType())}.{value}" : "default",
        var other => Convert.ToString(other, CultureInfo.InvariantCulture)!,
    };
}
