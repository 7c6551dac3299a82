/** The annotation that chose a class before `spec.ingressClassName` existed; it still wins where both are set (mse.md section 4). */
export const ingressClassAnnotation = 'kubernetes.io/ingress.class';

/** On an IngressClass, the value `"true"` makes it the class of Ingresses that name none. */
export const defaultClassAnnotation = 'ingressclass.kubernetes.io/is-default-class';

/** What `kubectl apply` leaves behind. It repeats the whole manifest, so readers of annotations skip it. */
export const lastAppliedAnnotation = 'kubectl.kubernetes.io/last-applied-configuration';

/** The label that ties an EndpointSlice to its Service. */
export const serviceNameLabel = 'kubernetes.io/service-name';

/** The label that says who writes an EndpointSlice. */
export const endpointSliceManagedByLabel = 'endpointslice.kubernetes.io/managed-by';

/** Value of that label on slices that mirror an Endpoints object: both describe the same addresses. */
export const endpointSliceMirroringController = 'endpointslicemirroring-controller.k8s.io';

/** `spec.controller` of an IngressClass served by MSE. */
export const mseControllerName = 'mse.alibabacloud.com/ingress';

/** API group of MseIngressConfig. */
export const mseApiGroup = 'mse.alibabacloud.com';

/** API group of Ingress and IngressClass. */
export const networkingApiGroup = 'networking.k8s.io';

/** API group of EndpointSlice. */
export const discoveryApiGroup = 'discovery.k8s.io';

/** `type` of a Secret with a certificate and its key. */
export const tlsSecretType = 'kubernetes.io/tls';

/** The namespace of a namespaced manifest that names none. */
export const defaultNamespace = 'default';
