namespace Grpc.Core;

/// <summary>Names the method that binds a generated service base's methods.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = true)]
public class BindServiceMethodAttribute : Attribute
{
    /// <summary>Names the method.</summary>
    public BindServiceMethodAttribute(Type bindType, string bindMethodName)
    {
        BindType = bindType;
        BindMethodName = bindMethodName;
    }

    /// <summary>The type that has the method.</summary>
    public Type BindType { get; }

    /// <summary>The method, which takes a <see cref="ServiceBinderBase" /> and a service.</summary>
    public string BindMethodName { get; }
}
